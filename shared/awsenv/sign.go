package awsenv

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// Host is the host of a service in the function's region, such as "sns" or "bucket.s3".
func (e Environment) Host(service string) string {
	host := service + "." + e.Region() + ".amazonaws.com"
	if strings.HasPrefix(e.Region(), "cn-") {
		return host + ".cn"
	}
	return host
}

// Sign signs a request, whose body is given apart, for a service ("s3", "sns"). err is that of the
// credentials.
func (e Environment) Sign(ctx context.Context, request *http.Request, service string, body []byte, at time.Time) error {
	credentials, err := e.Credentials().Retrieve(ctx)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(body)
	hash := hex.EncodeToString(sum[:])
	request.Header.Set("X-Amz-Content-Sha256", hash)
	return v4.NewSigner(asItIs).SignHTTP(ctx, credentials, request, hash, service, e.Region(), at)
}

// Link returns an address that can be read from S3 for a time, without credentials. err is that of
// the credentials.
func (e Environment) Link(ctx context.Context, address *url.URL, at time.Time, life time.Duration) (string, error) {
	credentials, err := e.Credentials().Retrieve(ctx)
	if err != nil {
		return "", err
	}
	target := *address
	query := target.Query()
	query.Set("X-Amz-Expires", strconv.Itoa(int(life/time.Second)))
	target.RawQuery = query.Encode()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, target.String(), nil)
	if err != nil {
		return "", err
	}
	link, _, err := v4.NewSigner(asItIs).PresignHTTP(ctx, credentials, request, "UNSIGNED-PAYLOAD", "s3", e.Region(), at)
	return link, err
}

// asItIs signs the path as it is sent: S3 escapes no path a second time
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
func asItIs(o *v4.SignerOptions) { o.DisableURIPathEscaping = true }
