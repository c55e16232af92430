package harness_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/need"
	"github.com/hostproof/hostproof/mockaws/fault"
)

// lists lists S3's buckets a few times, each call with so many attempts, and
// fails with the first error.
func lists(calls, attempts int) harness.Subject {
	return harness.Func("list buckets", func(ctx context.Context) error {
		cfg, err := config.LoadDefaultConfig(ctx, config.WithRetryMaxAttempts(attempts))
		if err != nil {
			return err
		}
		client := s3.NewFromConfig(cfg)
		for range calls {
			if _, err := client.ListBuckets(ctx, &s3.ListBucketsInput{}); err != nil {
				return err
			}
		}
		return nil
	})
}

var (
	mayList  = harness.User("app", harness.Allow("s3:*"), harness.KeyAs("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"))
	inRegion = harness.Set("AWS_REGION", "us-east-1")
)

// TestInjectedFaultsAreNotBlamed has faults strike everywhere: each shows in the
// result's text, and the diagnosis speaks of nothing else.
func TestInjectedFaultsAreNotBlamed(t *testing.T) {
	role := []harness.Option{inRegion, harness.RoleAllow("instance", "s3:*")}
	federated := []harness.Option{inRegion, harness.RoleAllow("app", "s3:*")}
	for _, row := range []struct {
		name    string
		host    string
		options []harness.Option
		subject harness.Subject
		lives   bool // the subject succeeds all the same
		shown   string
		why     string // in the finding; "" for none
	}{
		{"throttled, and tried again", "local", []harness.Option{inRegion, mayList,
			harness.Fault("s3:*", fault.Throttle(1))}, lists(1, 2), true,
			"verdict: refused at fault: injected-fault: injected on purpose: throttle", "that call was accepted"},
		{"throttled", "local", []harness.Option{inRegion, mayList, harness.Fault("s3:*", fault.Throttle(9))},
			lists(1, 2), false,
			"503 SlowDown: Please reduce your request rate.", "AWS never looked at the credentials"},
		{"reset", "local", []harness.Option{inRegion, mayList, harness.Fault("*", fault.Reset(9))}, lists(1, 1), false,
			"injected on purpose: reset", "AWS never looked at the credentials"},
		{"malformed", "local", []harness.Option{inRegion, mayList, harness.Fault("*", fault.Malformed(9))}, lists(1, 1),
			false,
			"fault:   injected on purpose: malformed", "its answer was not what AWS sent"},
		{"revoked before the call", "local", []harness.Option{inRegion, mayList,
			harness.Fault("s3:*", fault.Revoke(1))}, lists(1, 1), false,
			"fault:   injected on purpose: revoke", "was taken away after the program had got it"},
		{"revoked during a call", "local", []harness.Option{inRegion, mayList,
			harness.Fault("s3:*", fault.RevokeAfter(1))}, lists(2, 1), false,
			"fault:   injected on purpose: revoke-after", "was taken away with call #1"},
		{"a role's sessions revoked", "ec2", append(role, harness.Fault("s3:*", fault.Revoke(1))), lists(1, 1), false,
			"fault:   injected on purpose: revoke", "was taken away after the program had got it"},
		{"an endpoint that fails", "ec2", append(role, harness.EndpointFault("imds", fault.Status(500, 9).At("",
			"/latest/meta-data/*"))), lists(1, 1), false,
			"(injected on purpose: status 500; ", "the host's endpoint metadata (status, "},
		{"an endpoint that fails once", "ec2", append(role, harness.EndpointFault("metadata", fault.Status(503, 1))),
			lists(1, 1), true,
			"(injected on purpose: status 503; ", ""},
		{"an issuer without keys", "eks-irsa", append(federated, harness.Fault("oidc:*", fault.Status(503, 9))),
			lists(1, 1), false,
			"injected on purpose: status 503", "STS could not fetch the keys of the token's issuer"},
		{"a token endpoint that is down", "eks-irsa", append(federated, harness.Fault("sts:AssumeRoleWithWebIdentity",
			fault.Status(503, 9))), lists(1, 1), false,
			"503 ServiceUnavailable", "AWS never looked at the credentials"},
	} {
		t.Run(row.name, func(t *testing.T) {
			r, err := harness.StartTest(t, row.host, row.options...).Run(t.Context(), row.subject)
			if err != nil {
				t.Fatal(err)
			}
			if r.Failed() == row.lives || len(r.Injected()) == 0 || !strings.Contains(r.String(), row.shown) {
				t.Errorf("failed %t, injected %q, want %q in\n%s", r.Failed(), r.Injected(), row.shown, r)
			}
			for _, line := range r.Injected() {
				if !strings.Contains(line, "injected on purpose: ") {
					t.Errorf("a line that does not say so: %s", line)
				}
			}
			findings := r.Diagnosis.Problems()
			if row.lives {
				if len(findings) > 0 {
					t.Errorf("problems of a run without any:\n%s", r)
				}
				findings = r.Diagnosis.Hazards()
			}
			found := row.why == ""
			for _, f := range findings {
				if f.Kind == diagnose.LongTermKey {
					continue
				}
				if f.Kind != diagnose.InjectedFault {
					t.Errorf("somebody else is blamed: %s: %s", f.Kind, f.Paragraph())
				}
				found = found || strings.Contains(f.Paragraph(), row.why)
			}
			if !found {
				t.Errorf("no finding says %q:\n%s", row.why, r)
			}
		})
	}
}

// TestFaultsThatNeverStruck: they are reported at the end of a run, and fail a test.
func TestFaultsThatNeverStruck(t *testing.T) {
	tb := &recorder{TB: t}
	d := harness.StartTest(tb, "ec2", inRegion, harness.RoleAllow("instance", "s3:*"),
		harness.Fault("bedrock:*", fault.Throttle(3)), harness.EndpointFault("metadata", fault.Hang(1).At("GET",
			"/never")), harness.Fault("s3:*", fault.Throttle(2)))
	r, err := d.Run(t.Context(), lists(1, 2))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"PLANNED AND NEVER STRUCK: throttle of bedrock:*, 3 times: this run",
		"PLANNED AND NEVER STRUCK: of the host's endpoint metadata: hang of GET /never, once: this run",
	} {
		if !strings.Contains(r.String(), want) {
			t.Errorf("want %q in\n%s", want, r)
		}
	}
	if len(r.Unstruck) != 2 {
		t.Errorf("unstruck: %v", r.Unstruck) // the fault of S3 was applied
	}
	tb.end()
	if said := strings.Join(tb.errors, "\n"); strings.Count(said, "a planned fault never struck on host ec2: ") != 2 {
		t.Errorf("the test is told %q", said)
	}
}

// TestFaultsOfNames has the resolver of the sandbox fail, and then not.
func TestFaultsOfNames(t *testing.T) {
	if err := isolation.Available(); err != nil {
		need.Missing(t, "sandbox", err)
	}
	const name = "sts.us-east-1.amazonaws.com"
	look := "for try in 1 2 3; do getent ahosts " + name + " >/dev/null; echo $?; done"
	d := harness.StartTest(t, "local", harness.WithIsolation(isolation.Sandbox),
		harness.NameFault("sts.*.amazonaws.com", fault.NXDomain(2)),
		harness.NameFault(name, fault.ServFail(4))) // what glibc asks for at one lookup
	r, err := d.Run(t.Context(), harness.Command("sh", "-c", look+"; exit 1"))
	if err != nil {
		t.Fatal(err)
	}
	// 2 is "not found" (getent(1)).
	if got := strings.Fields(string(r.Stdout)); strings.Join(got, " ") != "2 2 0" || len(r.NameFailures) != 6 {
		t.Errorf("got %q after %v", got, r.NameFailures)
	}
	if text := r.String(); !strings.Contains(text, "lookup of the name "+name+": injected on purpose: nxdomain") ||
		len(r.Diagnosis.Problems()) != 1 ||
		!strings.Contains(r.Diagnosis.Problems()[0].Why, "Injected on purpose: the name "+name+" (nxdomain), the name "+
			name+" (servfail).") {
		t.Errorf("the text does not tell:\n%s", text)
	}
}

func TestFaultSettingsAreChecked(t *testing.T) {
	for want, opt := range map[string]harness.Option{
		`host ec2 has no endpoint "task": it has metadata`: harness.EndpointFault("task", fault.Hang(1)),
		`fault "servfail" is not one of`:                   harness.EndpointFault("metadata", fault.ServFail(1)),
		"want a call such as bedrock:Converse":             harness.Fault("", fault.Hang(1)),
		"use sandbox or container":                         harness.NameFault("sts.amazonaws.com", fault.NXDomain(1)),
		`fault "imds:melt": "melt" is no kind of fault`:    harness.Faults("imds:hang", "imds:melt"),
		`host ec2 has no endpoint "imsd": it has metadata`: harness.Faults("imsd:hang"),
		`fault "stale" is not one of`:                      harness.Faults("s3:*:stale"),
	} {
		_, err := harness.Start(t.Context(), "ec2", harness.WithIsolation(isolation.Endpoint), opt)
		var setting *harness.SettingError
		if !errors.As(err, &setting) || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// TestWrittenFaults have the effect of those that are called by name.
func TestWrittenFaults(t *testing.T) {
	d := harness.StartTest(t, "ec2", inRegion, harness.RoleAllow("instance", "s3:*"),
		harness.Faults("imds/latest/api/token:status=503", "s3:*:status=500"))
	r, err := d.Run(t.Context(), lists(1, 3))
	if err != nil {
		t.Fatal(err)
	}
	if r.Failed() || len(r.Injected()) != 2 || len(r.Unstruck) != 0 {
		t.Errorf("injected %q, unstruck %v\n%s", r.Injected(), r.Unstruck, r)
	}
}
