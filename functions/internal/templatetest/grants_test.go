package templatetest

import (
	"strings"
	"testing"
)

// TestKeyOpensWhatFunctionsUse requires that the functions which use a table, a queue or the bucket
// may use the key that encrypts these (KmsKeyArn), and no others. A service uses the key with the
// rights of the function that asks it: SQS's SendMessage needs GenerateDataKey and Decrypt, a table
// Decrypt (https://github.com/aws/aws-cdk/issues/10010).
func TestKeyOpensWhatFunctionsUse(t *testing.T) {
	t.Parallel()
	template := Read(t)
	uses, opens := map[string]bool{}, map[string]map[string]bool{}
	for _, grant := range Grants(t, template) {
		switch service, action, _ := strings.Cut(grant.Action, ":"); service {
		case "dynamodb", "sqs", "s3":
			uses[grant.Function] = true
		case "kms":
			if grant.Resource != "KmsKeyArn" {
				t.Errorf("%s may use the key %s", grant.Function, grant.Resource)
			}
			if opens[grant.Function] == nil {
				opens[grant.Function] = map[string]bool{}
			}
			opens[grant.Function][action] = true
		}
	}
	for function := range uses {
		if !opens[function]["Decrypt"] || !opens[function]["GenerateDataKey"] {
			t.Errorf("%s uses what KmsKeyArn encrypts, and may not use the key: UseKmsKey", function)
		}
	}
	for function := range opens {
		if !uses[function] {
			t.Errorf("%s uses nothing that KmsKeyArn encrypts, and may use the key: UseKmsKey", function)
		}
	}
}
