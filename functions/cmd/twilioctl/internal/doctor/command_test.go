package doctor

import (
	"os/exec"
	"testing"
)

func TestShellReadsPutParameter(t *testing.T) {
	t.Parallel()
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no sh")
	}
	e := &evidence{doctor: Doctor{Prefix: "/it's $HOME; a"}}
	line := `TOKEN='a b'; aws() { printf '%s\n' "$@"; }; ` + e.putParameter("auth-token", "TOKEN")
	out, err := exec.Command(sh, "-c", line).Output()
	if want := "ssm\nput-parameter\n--overwrite\n--type\nSecureString\n--name\n/it's $HOME; a/auth-token\n--value\na b\n"; err != nil || string(out) != want {
		t.Errorf("the shell reads %q, %v, want %q", out, err, want)
	}
}
