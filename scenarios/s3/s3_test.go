package s3_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/mockaws/verdict"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

// line is what a subject prints of one step.
type line struct {
	Step          string
	OK            bool
	Code, Message string
	Status        int
}

func run(ctx SpecContext, subject *harness.CommandSubject, opts []harness.Option) (*harness.Result, []line) {
	GinkgoHelper()
	r, err := harness.StartTest(GinkgoT(), "local", opts...).Run(ctx, subject)
	Expect(err).NotTo(HaveOccurred())
	Expect(r.ExitCode).To(BeZero(), "%s", r.Stderr)
	var lines []line
	for s := bufio.NewScanner(bytes.NewReader(r.Stdout)); s.Scan(); {
		var l line
		Expect(json.Unmarshal(s.Bytes(), &l)).To(Succeed(), s.Text())
		lines = append(lines, l)
	}
	Expect(len(lines)).To(BeNumerically(">=", 12), "%s", r.Stderr)
	return r, lines
}

// check compares all steps, and reports all differences at once.
func (g given) check(r *harness.Result, lines []line) {
	GinkgoHelper()
	var wrong []string
	for _, l := range lines {
		if !g.expects(l) {
			wrong = append(wrong, fmt.Sprintf("%s: %+v", l.Step, l))
		}
	}
	Expect(wrong).To(BeEmpty(), "%s\n%s", strings.Join(wrong, "\n"), r)
	for _, e := range r.Exchanges {
		Expect(e.Verdict.Accepted).To(Equal(g.status == 0 || e.Call == "s3:DeleteObjects" && g.code == "AccessDenied"),
			"%s", &e)
	}
}

// expects compares what a client shows of one step. An answer to HEAD has no
// body, so no code of S3's and no message.
func (g given) expects(l line) bool {
	if g.status == 0 {
		return l.OK
	}
	head := strings.HasSuffix(l.Step, "head")
	batch := l.Step == "delete" && g.code == "AccessDenied" // of each key, in a result
	switch {
	case l.OK:
		return false
	case head || l.Step == "copy" || l.Step == "download":
		return l.Status == g.status || l.Status == 0 || l.Code == fmt.Sprint(g.status) || l.Code == g.code
	case batch:
		return l.Code == g.code && strings.HasPrefix(l.Message, g.message)
	default:
		return (l.Status == g.status || l.Status == 0) && l.Code == g.code && strings.HasPrefix(l.Message, g.message)
	}
}

var _ = Describe("objects, uploads in parts and presigned URLs", func() {
	for _, g := range credentials {
		It("of the AWS SDK for JavaScript v3, with "+g.name, func(ctx SpecContext) {
			g.check(run(ctx, suite.Subject(ctx, "node-s3"), g.options()))
		})
		It("of boto3, with "+g.name, func(ctx SpecContext) {
			r, lines := run(ctx, suite.Subject(ctx, "python-s3"), g.options())
			g.check(r, lines)
			// In us-east-1, boto3 presigns with Signature Version 2 unless it is told.
			schemes := map[string]bool{}
			for _, e := range r.Exchanges {
				schemes[e.Presented.Scheme] = true
			}
			Expect(schemes).To(Equal(map[string]bool{"sigv4": true, "sigv2-query": true, "sigv2-form": true}))
		})
	}
	// The endpoint is plain HTTP with the bucket in the path, the sandbox TLS with
	// the bucket in the hostname.
	for _, mode := range []isolation.Mode{isolation.Endpoint, isolation.Sandbox} {
		for _, name := range []string{"node-s3", "python-s3"} {
			It(fmt.Sprintf("of %s in a %s", name, mode), func(ctx SpecContext) {
				if err := isolation.Available(); err != nil && mode == isolation.Sandbox {
					suite.Missing("sandbox", err)
				}
				g := credentials[1]
				r, lines := run(ctx, suite.Subject(ctx, name), g.options(harness.WithIsolation(mode)))
				g.check(r, lines)
				if mode == isolation.Endpoint && name == "python-s3" {
					return // boto3 sends its checksums before the body unless TLS protects it
				}
				Expect(r.Exchanges).To(ContainElement(HaveField("Header", HaveKeyWithValue("X-Amz-Content-Sha256",
					ConsistOf("STREAMING-UNSIGNED-PAYLOAD-TRAILER")))), "no checksum came after a body")
			})
		}
	}
	It("of boto3 that presigns with Signature Version 4", func(ctx SpecContext) {
		g := credentials[1]
		r, lines := run(ctx, suite.Subject(ctx, "python-s3"), g.options(harness.Set("SIGNATURE", "s3v4")))
		g.check(r, lines)
		Expect(r.Exchanges).NotTo(ContainElement(HaveField("Presented.Scheme", "sigv2-query")))
		Expect(r.Exchanges).To(ContainElement(HaveField("Presented.Scheme", "sigv4-query")))
		Expect(r.Exchanges).To(ContainElement(HaveField("Presented.Scheme", "sigv4-form")))
	})
})

// The program is told us-east-1, and the bucket is in eu-central-1.
var _ = Describe("a bucket of another region", func() {
	in := func(ctx SpecContext, name string) (*harness.Result, []line) {
		// Only AWS's own hostnames say which region is called.
		if err := isolation.Available(); err != nil {
			suite.Missing("sandbox", err)
		}
		return run(ctx, suite.Subject(ctx, name), credentials[0].options(harness.Set("BUCKET", european),
			harness.WithIsolation(isolation.Sandbox)))
	}
	It("is not found by the AWS SDK for JavaScript v3", func(ctx SpecContext) {
		r, lines := in(ctx, "node-s3")
		for _, l := range lines {
			Expect(l.OK).To(BeFalse(), "%+v", l)
			Expect(l.Status).To(Equal(301), "%+v", l)
		}
		for _, e := range r.Exchanges {
			failure, _ := verdict.CauseOf[verdict.Failure](e.Verdict.Refusal)
			Expect(failure.Elements).To(HaveKeyWithValue("Endpoint", european+".s3.eu-central-1.amazonaws.com"))
			Expect(e.Presented.KeyID).To(Equal(userKey), "%s", &e)
		}
	})
	It("is found by boto3, which then presigns as the region does not take it", func(ctx SpecContext) {
		r, lines := in(ctx, "python-s3")
		for _, l := range lines {
			signed := !strings.HasPrefix(l.Step, "presigned") && l.Step != "form"
			Expect(l.OK).To(Equal(signed), "%+v", l)
			if !signed && l.Step != "presigned head" {
				Expect(l.Code + ": " + l.Message).To(Equal("InvalidRequest: The authorization mechanism you have " +
					"provided is not supported. Please use AWS4-HMAC-SHA256."))
			}
		}
		Expect(r.Exchanges[0].Code).To(Equal("AuthorizationHeaderMalformed"))
		Expect(r.Exchanges[1].Host).To(Equal(european + ".s3.eu-central-1.amazonaws.com"))
	})
})
