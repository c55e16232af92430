package casefile

import (
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness"
)

// replay replays a case that needs nothing but a shell.
func replay(t *testing.T, text string, opts ...harness.Option) (*Outcome, error) {
	t.Helper()
	c, err := Parse("a-bug.txtar", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return Replay(t.Context(), c, opts...)
}

const portable = head + `class: A
isolation: any
host: local
users: [{name: app, key: [MY_KEY, MY_SECRET]}]
set: {GREETING: hello}
program: [sh, dir/program.sh]
broken:
  set: {FAIL: "yes"}
  expect: {exit: 4, noCalls: true, stderr: ["hello AKIA"], findings: [{kind: no-call}]}
fixed:
  expect: {exit: 0, noCalls: true, stdout: [well], noProblems: true}
-- dir/program.sh --
if [ -n "$FAIL" ]; then echo "$GREETING $(echo "$MY_KEY" | cut -c1-4) $MY_SECRET" >&2; exit 4; fi
echo well
`

func TestReplay(t *testing.T) {
	o, err := replay(t, portable)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	o.WriteText(&b, false)
	if !o.OK() || len(o.Runs) != 2 || o.Runs[0].Host != "local" {
		t.Errorf("not as expected:\n%s", b.String())
	}
	for _, want := range []string{"a-bug  [A: a static key", "symptom: it fails", "broken: sh dir/program.sh on local",
		"ok   the program exits with 4"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the text does not say %q:\n%s", want, b.String())
		}
	}
}

// What goes otherwise is shown as expected and as found, with the whole result
// and without a secret.
func TestReplayThatGoesOtherwise(t *testing.T) {
	o, err := replay(t, strings.NewReplacer("exit: 4,", "exit: 5,", "hello AKIA", "good evening").Replace(portable))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	o.WriteText(&b, false)
	for _, want := range []string{"NOT  the program exits with 5", "but it exited with 4",
		`NOT  standard error has "good evening"`, "<MY_SECRET>", "all of it:", "the subject failed: exit 4"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the text does not say %q:\n%s", want, b.String())
		}
	}
	secret := ""
	for _, v := range o.Runs[0].Result.Environment {
		if v.Name == "MY_SECRET" {
			secret = v.Value
		}
	}
	if secret == "" || strings.Contains(b.String(), secret) {
		t.Errorf("the secret is in the text:\n%s", b.String())
	}
	if o.OK() {
		t.Error("it is taken for as expected")
	}
}

func TestReplayOnAHostOfItsOwn(t *testing.T) {
	host := `-- hosts/mine/host.yaml --
name: mine
extends: local
title: "A laptop with a variable"
summary: "One variable more."
basis: "None: for a test."
variables:
  - name: FAIL
    value: "yes"
    from: inferred
    confidence: U
    source: "https://example.com/page"
    checked: 2026-11-21
    note: "made up"
notSimulated: ["anything else"]
`
	o, err := replay(t, strings.Replace(strings.NewReplacer("host: local", "host: mine", `  set: {FAIL: "yes"}`+"\n",
		"", "fixed:\n", "fixed:\n  unset: [FAIL]\n").Replace(portable), "-- case.yaml --", host+"-- case.yaml --", 1))
	if err != nil {
		t.Fatal(err)
	}
	if !o.OK() {
		var b strings.Builder
		o.WriteText(&b, false)
		t.Errorf("not as expected:\n%s", b.String())
	}
}

// A customer's capture is a host: its names and shapes, with values made up.
func TestReplayOnACapturedHost(t *testing.T) {
	o, err := replay(t, head+`class: A
isolation: any
host: theirs
users: [{name: app}]
program: [sh, program.sh]
broken:
  expect: {exit: 0, noCalls: true, stdout: ["token 996 IQoJb3Jp", "region eu-west-1"]}
fixed:
  unset: [AWS_SESSION_TOKEN]
  expect: {exit: 0, noCalls: true, stdout: ["token 0 "]}
-- hosts/theirs/capture.json --
{"hostproofCapture": 1, "by": "node", "time": "2026-11-21T00:00:00Z", "variables": [
  {"name": "AWS_SESSION_TOKEN", "length": 996, "prefix": "IQoJb3Jp", "class": "base64", "hash": "0011223344556677"},
  {"name": "AWS_REGION", "length": 9, "class": "text", "hash": "8899aabbccddeeff", "public": "eu-west-1"}]}
-- program.sh --
echo "token ${#AWS_SESSION_TOKEN} $(echo "$AWS_SESSION_TOKEN" | cut -c1-8)"
echo "region $AWS_REGION"
`)
	if err != nil {
		t.Fatal(err)
	}
	if !o.OK() {
		var b strings.Builder
		o.WriteText(&b, true)
		t.Errorf("not as expected:\n%s", b.String())
	}
}

// What cannot be replayed is one line that says why.
func TestReplayThatCannotBe(t *testing.T) {
	for _, row := range []struct{ name, old, new, says string }{
		{"unknown host", "host: local", "host: lokal", "did you mean local?"},
		{"broken host of its own", "-- dir/", "-- hosts/mine/host.yaml --\nname: mine\n-- dir/",
			"a-bug.txtar: the case's own host: hosts/mine/host.yaml"},
		{"no capture", "-- dir/", "-- hosts/mine/capture.json --\n{}\n-- dir/",
			`a-bug.txtar: the case's own host: hosts/mine/capture.json: no capture: it has no "hostproofCapture"`},
		{"unknown subject", "set: {GREETING: hello}", "set: {GREETING: hello}\nsubject: cobol", `no subject "cobol"`},
		{"unknown placeholder", "GREETING: hello", `GREETING: "${user.shoeSize}"`, "${user.shoeSize}"},
		{"no such program", "[sh, dir/program.sh]", "[no-such-program-at-all]", "no such program on PATH"},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, err := replay(t, strings.Replace(portable, row.old, row.new, 1))
			if err == nil || !strings.Contains(err.Error(), row.says) || !strings.HasPrefix(err.Error(),
				"a-bug, broken: ") || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v, want %s", err, row.says)
			}
		})
	}
}

func TestAliases(t *testing.T) {
	dependencies := map[string]string{"sdk-1": "npm:@ai/sdk@1.0.0", "sdk-2": "npm:@ai/sdk@2.0.0", "plain": "3.0.0"}
	for _, row := range []struct{ name, version, alias, has string }{
		{"@ai/sdk", "2.0.0", "sdk-2", ""},
		{"plain", "3.0.0", "plain", ""},
		{"@ai/sdk", "3.0.0", "", "it has 1.0.0, 2.0.0"},
		{"other", "1.0.0", "", "no version of it is in its package.json"},
	} {
		if alias, has := aliasOf(dependencies, row.name, row.version); alias != row.alias || has != row.has {
			t.Errorf("%s %s: %q, %q", row.name, row.version, alias, has)
		}
	}
}

// onTwoHosts is a case whose runs are on two hosts, one of which has no role.
const onTwoHosts = head + `class: A
isolation: endpoint
roles: {ROLE: ["s3:*"]}
program: [sh, -c, 'test "${AWS_CONTAINER_CREDENTIALS_FULL_URI}${AWS_CONTAINER_CREDENTIALS_RELATIVE_URI}"']
broken:
  host: local
  expect: {exit: 1, noCalls: true}
fixed:
  host: ecs-fargate
  expect: {exit: 0, noCalls: true}
`

// TestSettingsOfACaseHoldWhereTheyCan: a role holds on the hosts that have it, and
// one that no host has is an error.
func TestSettingsOfACaseHoldWhereTheyCan(t *testing.T) {
	for role, says := range map[string]string{
		"task": "", "tsk": `none of the 2 hosts has a role "tsk": did you mean task?`,
	} {
		c, err := Parse("bug.txtar", []byte(strings.Replace(onTwoHosts, "ROLE", role, 1)))
		if err != nil {
			t.Fatal(err)
		}
		o, err := Replay(t.Context(), c)
		switch {
		case says == "" && (err != nil || !o.OK()):
			t.Errorf("%s: %v, %+v", role, err, o)
		case says != "" && (err == nil || !strings.Contains(err.Error(), says)):
			t.Errorf("%s: got %v, want %s", role, err, says)
		}
	}
}
