package matrix_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/matrix"
	"github.com/hostproof/hostproof/harness/report"
)

const restOfAHost = "title: t\nsummary: s\nbasis: b\nregion: us-east-1\nnotSimulated: [much]\n"

// ownHost is the built-in catalog with a host "mine" of these files.
func ownHost(t *testing.T, yaml, expect string) *fixtures.Catalog {
	t.Helper()
	files := fstest.MapFS{"hosts/mine/host.yaml": {Data: []byte("name: mine\n" + restOfAHost + yaml)}}
	if expect != "" {
		files["hosts/mine/expect.yaml"] = &fstest.MapFile{Data: []byte(expect)}
	}
	catalog, err := fixtures.Builtin().Extend(files)
	if err != nil {
		t.Fatal(err)
	}
	return catalog
}

// expectationOf is what is expected of a cell, nil for nothing.
func expectationOf(e *matrix.Expected, host, subject, strategy string) *report.Expectation {
	r := &report.Report{Cells: []report.Cell{{Host: host, Subject: subject, Strategy: strategy}}}
	e.Judge(r)
	return r.Cells[0].Expected
}

// TestOwnHostsAreExpectedToBeAsTheirs: a host that extends another one has its
// expectations, where it says nothing itself.
func TestOwnHostsAreExpectedToBeAsTheirs(t *testing.T) {
	const says = "- {subjects: [node-aws-sdk], strategies: [explicit], is: failed, because: tried}\n- {is: accepted, " +
		"as: role of mine}\n"
	const key = `variables: [{name: AWS_ACCESS_KEY_ID, value: x, from: observed, confidence: V, source: "a/b#1", checked: 2026-11-21}]`
	for _, row := range []struct{ name, host, expect, subject, strategy, outcome, as string }{
		{"inherited", "extends: amplify-no-role\n", "", "node-aws-sdk@3.1", "chain", "no-call", ""},
		{"for all hosts", "extends: amplify-no-role\n", "", "node-aws-sdk@3.1", "explicit", "accepted", "user app"},
		{"inherited, of some subjects", "extends: eks-pod-identity\n", says, "php-async-aws@1.18.1", "chain", "refused",
			""},
		{"its own, of the others", "extends: eks-pod-identity\n", says, "node-aws-sdk@3.1", "chain", "accepted",
			"role of mine"},
		{"its own, before those", "extends: amplify-no-role\n", says, "node-aws-sdk@3.1", "explicit", "failed", ""},
		{"its own, after those", "extends: amplify-no-role\n", says, "node-aws-sdk@3.1", "chain", "accepted",
			"role of mine"},
		{"what lacks a key", "extends: local\n", says, "node-ai-sdk@4.0.98", "env", "no-call", ""},
		{"what sets one", key, says, "node-ai-sdk@4.0.98", "env", "accepted", "role of mine"},
		{"what sets a token", "extends: vercel\n", says, "python-litellm", "explicit", "refused", ""},
		{"as its own credentials", "", "- {is: refused, because: mine}\n", "java-aws-sdk", "token-provider", "refused",
			""},
		{"as its other ones", "", "- {is: accepted, as: user app}\n", "java-aws-sdk", "token-provider", "accepted",
			"user app"},
		{"somebody else's", "extends: lambda\n", "- {is: refused, as: platform, because: mine}\n", "aws-cli-2-sts",
			"env", "accepted", "platform"},
		{"nothing known", "", "", "node-aws-sdk@3.1", "chain", "", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			e, err := matrix.BuiltinExpected(ownHost(t, row.host, row.expect))
			if err != nil {
				t.Fatal(err)
			}
			got := expectationOf(e, "mine", row.subject, row.strategy)
			if got == nil {
				got = &report.Expectation{}
			}
			if string(got.Outcome) != row.outcome || got.As != row.as {
				t.Errorf("got %q as %q, want %q as %q", got.Outcome, got.As, row.outcome, row.as)
			}
		})
	}
}

func TestBrokenExpectationsOfAHost(t *testing.T) {
	for expect, want := range map[string]string{
		"- {is: fine}": `hosts/mine/expect.yaml: expectations, rule 1: is: "fine": write accepted, refused, no-call or failed`,
		"- {is: accepted, subject: [a]}": `hosts/mine/expect.yaml: expectations: line 1: there is no key "subject" here; the keys are ` +
			"hosts, subjects, strategies, sets, lacks, own, is, as, code, finding, because, source",
		"- {is: accepted, hosts: [mine]}": "hosts/mine/expect.yaml: expectations, rule 1: names hosts: " +
			"the file is about its own host, so leave that out",
		"- {is: accepted}\n- {is: accepted, as: x}": "hosts/mine/expect.yaml: expectations, rule 2: names no " +
			"subjects and no strategies, as rule 1 does, which decides: keep one",
		"\n": "hosts/mine/expect.yaml: expectations: the file is empty: write at least - is: accepted",
	} {
		if _, err := matrix.BuiltinExpected(ownHost(t, "", expect)); err == nil || err.Error() != want {
			t.Errorf("%s: got  %v\nwant %s", strings.TrimSpace(expect), err, want)
		}
	}
}

// TestOwnRulesKnowOwnHosts: rules of one's own may speak of variables, also of
// the rules of a user's own hosts.
func TestOwnRulesKnowOwnHosts(t *testing.T) {
	e := expectations(t, "- {sets: [AWS_SESSION_TOKEN], is: refused, because: mixed}\n- {is: accepted}\n")
	if got := expectationOf(e, "vercel", "x", "run"); got.Outcome != report.Refused {
		t.Errorf("vercel: %s", got.Outcome)
	}
	if got := expectationOf(e, "amplify-init-race", "x", "run"); got.Outcome != report.Accepted {
		t.Errorf("its token comes with a request: %s", got.Outcome)
	}
	e.On(ownHost(t, "extends: vercel\n", ""))
	if got := expectationOf(e, "mine", "x", "run"); got.Outcome != report.Refused {
		t.Errorf("mine: %s", got.Outcome)
	}
}
