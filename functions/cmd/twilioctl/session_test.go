package main

import (
	"errors"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"switchboard/shared/simulator"
)

const keySID = "SK00000000000000000000000000000001"

// asking records the user names of requests.
type asking struct{ users map[string]bool }

// RoundTrip implements http.RoundTripper.
func (a *asking) RoundTrip(r *http.Request) (*http.Response, error) {
	user, _, _ := r.BasicAuth()
	a.users[user] = true
	return http.DefaultTransport.RoundTrip(r)
}

func TestCredentials(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		env, ssm map[string]string
		wantUser string
		wantCode int
		want     string // in what is printed
	}{
		{"a token in the environment", map[string]string{"TWILIO_AUTH_TOKEN": token}, nil, accountSID, exitOK, ""},
		{
			name:     "a key goes first",
			env:      map[string]string{"TWILIO_AUTH_TOKEN": "hunter2", "TWILIO_API_KEY": keySID, "TWILIO_API_SECRET": "hunter2hunter2"},
			wantUser: keySID,
			wantCode: exitOK,
		},
		{"half a key", map[string]string{"TWILIO_API_KEY": keySID}, nil, "", exitUsage, "TWILIO_API_SECRET"},
		{
			name:     "no key",
			env:      map[string]string{"TWILIO_API_KEY": "hunter2", "TWILIO_API_SECRET": "hunter2"},
			wantCode: exitUsage,
			want:     "TWILIO_API_KEY",
		},
		{"a token in SSM", nil, map[string]string{"/switchboard/auth-token": token + "\n"}, accountSID, exitOK, ""},
		{
			name:     "a key in SSM",
			ssm:      map[string]string{"/switchboard/auth-token": "hunter2", "/switchboard/api-key-sid": keySID, "/switchboard/api-key-secret": "hunter2hunter2"},
			wantUser: keySID,
			wantCode: exitOK,
		},
		{"nothing", nil, nil, "", exitWrong, "no SSM parameter /switchboard/auth-token"},
		{
			name:     "a wrong token",
			env:      map[string]string{"TWILIO_AUTH_TOKEN": "hunter2wrong"},
			wantUser: accountSID,
			wantCode: exitWrong,
			want:     "error 20003",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, simulator.Config{Empty: true, APIKeySID: keySID, APIKeySecret: "hunter2hunter2"})
			delete(b.env, "TWILIO_AUTH_TOKEN")
			maps.Copy(b.env, test.env)
			b.ssm = test.ssm
			asked := &asking{map[string]bool{}}
			b.before = asked
			code, out, stderr := b.run("plan", b.file())
			if code != test.wantCode || !strings.Contains(stderr, test.want) {
				t.Errorf("exit code %d, want %d\n%s%s", code, test.wantCode, out, stderr)
			}
			if test.wantUser != "" && (!asked.users[test.wantUser] || len(asked.users) != 1) {
				t.Errorf("asked as %v, want %s", asked.users, test.wantUser)
			}
		})
	}
}

func TestSourcesOfURLs(t *testing.T) {
	t.Parallel()
	const want = "EventCallbackUrl    none → " + base + "/events#rc=2&rp=all"
	listed := `[{"OutputKey":"VoiceUrl","OutputValue":"B/enqueue"},{"OutputKey":"AssignmentCallbackUrl","OutputValue":"B/assignment"},
		{"OutputKey":"FallbackAssignmentCallbackUrl","OutputValue":"B/assignment/fallback"},{"OutputKey":"EventCallbackUrl","OutputValue":"B/events"}]`
	plain := `{"VoiceUrl":"B/enqueue","AssignmentCallbackUrl":"B/assignment","FallbackAssignmentCallbackUrl":"B/assignment/fallback","EventCallbackUrl":"B/events"}`
	tests := []struct {
		name     string
		args     []string
		outputs  string // contents of the file that OUTPUTS stands for
		stacks   stacks
		wantCode int
		want     string
	}{
		{"the stack", nil, "", stacks{"switchboard": deployed(nil)}, exitOK, want},
		{"another stack", []string{"--stack", "two"}, "", stacks{"two": deployed(nil)}, exitOK, want},
		{
			name:     "the deploy line of another stack",
			args:     []string{"--stack", "two"},
			wantCode: exitOK,
			want:     "sam deploy --stack-name two --parameter-overrides ",
		},
		{"the deploy line of the usual stack", nil, "", nil, exitOK, "sam deploy --parameter-overrides "},
		{"no stack yet", nil, "", nil, exitOK, "no stack switchboard"},
		{
			name:     "a stack without outputs",
			stacks:   stacks{"switchboard": {StackStatus: types.StackStatusReviewInProgress}},
			wantCode: exitOK,
			want:     "REVIEW_IN_PROGRESS",
		},
		{"no stack wanted", []string{"--no-stack"}, "", stacks{"switchboard": deployed(nil)}, exitOK, "--no-stack"},
		{"a base", []string{"--base-url", base + "/"}, "", nil, exitOK, want},
		{"no base", []string{"--base-url", "switchboard"}, "", nil, exitUsage, "https URL"},
		{"sam's outputs", []string{"--outputs", "OUTPUTS"}, listed, nil, exitOK, want},
		{
			name:     "aws's outputs",
			args:     []string{"--outputs", "OUTPUTS"},
			outputs:  `{"Stacks":[{"Outputs":` + listed + `}]}`,
			wantCode: exitOK,
			want:     want,
		},
		{"an object", []string{"--outputs", "OUTPUTS"}, plain, nil, exitOK, want},
		{
			name:     "an output is missing",
			args:     []string{"--outputs", "OUTPUTS"},
			outputs:  `{"VoiceUrl":"B/enqueue"}`,
			wantCode: exitWrong,
			want:     "output EventCallbackUrl of",
		},
		{"no outputs", []string{"--outputs", "OUTPUTS"}, `"x"`, nil, exitUsage, "describe-stacks"},
		{"two places", []string{"--no-stack", "--base-url", base}, "", nil, exitUsage, "give one of"},
		{
			name:     "another account's stack",
			stacks:   stacks{"switchboard": deployed(map[string]string{"TwilioAccountSid": "AC00000000000000000000000000000002"})},
			wantCode: exitUsage,
			want:     "AC00000000000000000000000000000002",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, simulator.Config{Empty: true})
			b.stacks = test.stacks
			path := filepath.Join(b.folder, "outputs.json")
			if err := os.WriteFile(path, []byte(strings.ReplaceAll(test.outputs, "B/", base+"/")), 0o600); err != nil {
				t.Fatal(err)
			}
			args := []string{"plan", b.file()}
			for _, arg := range test.args {
				args = append(args, strings.Replace(arg, "OUTPUTS", path, 1))
			}
			code, out, stderr := b.run(args...)
			if code != test.wantCode || !strings.Contains(out+stderr, test.want) {
				t.Errorf("exit code %d, want %d and %q\n%s%s", code, test.wantCode, test.want, out, stderr)
			}
		})
	}
}

func TestAccountFromStack(t *testing.T) {
	t.Parallel()
	b := newBench(t, simulator.Config{Empty: true})
	delete(b.env, "TWILIO_ACCOUNT_SID")
	if code, _, stderr := b.run("plan", b.file()); code != exitUsage || !strings.Contains(stderr, "TWILIO_ACCOUNT_SID") {
		t.Errorf("without any: exit code %d, %s", code, stderr)
	}
	if code, _, stderr := b.run("--account", "AC1", "plan", b.file()); code != exitUsage || !strings.Contains(stderr, "account SID") {
		t.Errorf("a wrong one: exit code %d, %s", code, stderr)
	}
	b.stacks = stacks{"switchboard": deployed(map[string]string{"TwilioAccountSid": accountSID})}
	b.must("plan", b.file())
	b.stacks = nil
	b.must("--account", accountSID, "plan", b.file())
}

func TestInvalidCommandLines(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"no command of that name": {[]string{"aply"}, `"aply"; the commands are plan, apply, import, doctor, workers`},
		"no flag of that name":    {[]string{"plan", "--bar", "FILE"}, "-bar"},
		"no file":                 {[]string{"plan"}, "twilioctl plan FILE"},
		"two files":               {[]string{"apply", "FILE", "FILE"}, "one file"},
		"a file that is not":      {[]string{"plan", "nowhere.yaml"}, "read workspace file"},
		"a wrong file": {
			args: []string{"apply", "--yes", "FILE"},
			want: `workspace.yaml:2: unknown key "quues"; the keys here are workspace,`,
		},
		"a wrong prune": {
			args: []string{"plan", "--prune", "workflows", "FILE"},
			want: "workers, task-queues, activities and attributes",
		},
		"a wrong REST address": {
			args: []string{"plan", "--twilio-api-url", "http://example.com", "GOOD"},
			want: "must be an https URL",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, simulator.Config{Empty: true})
			path := b.file("workspace: x", "quues: []")
			good := filepath.Join(b.folder, "good.yaml")
			if err := os.WriteFile(good, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			var args []string
			for _, arg := range test.args {
				args = append(args, strings.NewReplacer("FILE", path, "GOOD", good).Replace(arg))
			}
			code, _, stderr := b.run(args...)
			if code != exitUsage || !strings.Contains(stderr, test.want) {
				t.Errorf("exit code %d, want %d and %q\n%s", code, exitUsage, test.want, stderr)
			}
			if asked := b.twilio.Requests(); len(asked) > 0 {
				t.Errorf("Twilio was asked: %v", asked)
			}
		})
	}
}

func TestPlanWithoutAWS(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		args     []string
		wantCode int
	}{
		{name: "plan", args: []string{"plan"}, wantCode: exitOK},
		{name: "plan of a given stack", args: []string{"--stack", "switchboard", "plan"}, wantCode: exitWrong},
		{name: "apply", args: []string{"apply", "--yes"}, wantCode: exitWrong},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, simulator.Config{Empty: true})
			b.noAWS = errors.New("find AWS credentials:\nnone")
			code, out, stderr := b.run(append(test.args, b.file())...)
			if code != test.wantCode || len(b.writes()) > 0 {
				t.Errorf("exit code %d, writes %v", code, b.writes())
			}
			if shown := strings.Count(out, "find AWS credentials: none\n"); shown == 1 != (code == exitOK) {
				t.Errorf("the reason is in %d lines of\n%s", shown, out)
			}
			if (stderr == "") != (code == exitOK) {
				t.Errorf("stderr: %s", stderr)
			}
		})
	}
}

func TestProgressIsForTerminals(t *testing.T) {
	t.Parallel()
	b := newBench(t, simulator.Config{Empty: true})
	if _, _, stderr := b.run("plan", b.file()); stderr != "" {
		t.Errorf("a pipe gets %q", stderr)
	}
	b.terminal = true
	if _, _, stderr := b.run("plan", b.file()); !strings.Contains(stderr, "… list workspaces") || !strings.HasSuffix(stderr, "\r\033[K") {
		t.Errorf("a terminal gets %q", stderr)
	}
	if out := b.must("plan", "--json", b.file()); strings.Contains(out, "…") {
		t.Errorf("JSON comes with %q", out)
	}
}
