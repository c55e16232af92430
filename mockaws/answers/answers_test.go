package answers_test

import (
	"testing"

	"github.com/hostproof/hostproof/mockaws/answers"
	"github.com/hostproof/hostproof/mockaws/protocol"
)

// TestNothingIsVerifiedWithoutProof: what is marked as verified has a source that shows an
// answer of AWS, or documents it.
func TestNothingIsVerifiedWithoutProof(t *testing.T) {
	list := answers.All()
	services := map[string]bool{}
	for _, a := range list {
		services[a.Service] = true
		if a.Evidence == protocol.WithoutProof {
			t.Errorf("%s over %s, %s: the source is %q: mark it as likely, or name a recording or documentation",
				a.Service, a.Protocol, a.Case, a.Source)
		}
		if a.Source == "" {
			t.Errorf("%s over %s, %s: no source", a.Service, a.Protocol, a.Case)
		}
	}
	count := answers.Count(list)
	for _, kind := range []protocol.Evidence{protocol.Recorded, protocol.Documented, protocol.Inferred,
		protocol.NoneKnown} {
		if count[kind] == 0 {
			t.Errorf("no answer is %s", kind)
		}
	}
	if len(list) < 700 || len(services) < 25 {
		t.Errorf("%d answers of %d services: where are the others?", len(list), len(services))
	}
}

func TestEvidence(t *testing.T) {
	for source, want := range map[string]protocol.Evidence{
		"aws/aws-cli#8918": protocol.Recorded,
		"aws/aws-cli#2279; the final space is likely":                              protocol.Recorded,
		"localstack/localstack tests/aws/services/s3 snapshots, recorded from AWS": protocol.Recorded,
		"architect/dynalite tests, run against AWS":                                protocol.Recorded,
		"jtblin/aws-mock-metadata: recorded 2020-04-07":                            protocol.Recorded,
		"https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html":      protocol.Documented,
		"aws/eks-pod-identity-agent: pkg/handlers":                                 protocol.Documented,
		"boto/botocore, sts/2011-06-15: the code is AWS's":                         protocol.Documented,
		"versity/versitygw s3err, compared with AWS":                               protocol.WithoutProof,
		"dacut/scratchstack-aws-signature docs: AWS Auth Error Ordering":           protocol.WithoutProof,
		"prowler#1808": protocol.WithoutProof,
		"inferred":     protocol.WithoutProof,
		"":             protocol.WithoutProof,
	} {
		if got := protocol.EvidenceOf(protocol.Verified, source); got != want {
			t.Errorf("%q: %s, want %s", source, got, want)
		}
		if got := protocol.EvidenceOf(protocol.Likely, source); got != protocol.Inferred {
			t.Errorf("%q, likely: %s", source, got)
		}
	}
}
