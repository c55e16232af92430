// Package everyservice_test calls an operation of every AWS service that
// botocore knows, with good and with wrong credentials: none of them may be a
// service that the mock does not recognise.
package everyservice_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/need"
	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

func TestEveryService(t *testing.T) { suite.Run(t, "Every AWS service") }

// line is what the sweep says of one call.
type line struct {
	Service, ID, Operation, Case, Code, Message, Skipped string
	OK                                                   bool
	Status                                               int
}

var _ = Describe("a sweep over AWS with botocore", Ordered, ContinueOnFailure, func() {
	var lines []line
	var result *harness.Result

	// A plain run has one service in ten.
	every := 10
	if need.Full() {
		every = 1
	}

	BeforeAll(func(ctx SpecContext) {
		suite.NeedIsolation(ctx, isolation.Sandbox)
		synthesize := true
		d := harness.StartTest(GinkgoT(), "local", harness.WithTimeout(suite.LongTimeout),
			harness.WithIsolation(isolation.Sandbox),
			harness.User("app", harness.Allow("*")), harness.User("other"),
			harness.Seed(mockaws.Seed{Synthesize: &synthesize}),
			harness.Set("EVERY", strconv.Itoa(every)),
			harness.Set("CASES", `[
				{"name": "right", "accessKeyId": "${user.accessKeyId}", "secretAccessKey": "${user.secretAccessKey}"},
				{"name": "foreign token",
				 "accessKeyId": "${user.accessKeyId}", "secretAccessKey": "${user.secretAccessKey}",
				 "sessionToken": "IQoJb3JpZ2luX2VjforeignforeignforeignX"},
				{"name": "wrong secret", "accessKeyId": "${user.accessKeyId}",
				 "secretAccessKey": "wrongwrongwrongwrongwrongwrongwrongwrong"}]`))
		python := suite.Tool(ctx, "python-boto3", "aws").Argv[0]
		program, err := filepath.Abs("testdata/sweep.py")
		Expect(err).NotTo(HaveOccurred())
		result, err = d.Run(ctx, harness.Command(python, program))
		var unsupported *harness.UnsupportedError
		if errors.As(err, &unsupported) { // one of the specs lists them all
			err = nil
		}
		Expect(err).NotTo(HaveOccurred())
		scanner := bufio.NewScanner(bytes.NewReader(result.Stdout))
		scanner.Buffer(nil, 1<<20)
		for scanner.Scan() {
			var l line
			Expect(json.Unmarshal(scanner.Bytes(), &l)).To(Succeed(), scanner.Text())
			lines = append(lines, l)
		}
	})

	It("calls nearly all of them", func() {
		called, left := map[string]bool{}, map[string]string{}
		for _, l := range lines {
			if l.Status != 0 {
				called[l.Service] = true
			} else {
				left[l.Service] = l.Code + l.Message + l.Skipped
			}
		}
		Expect(len(called)).To(BeNumerically(">", 350/every))
		// A bearer token of another kind, no operation that wants a signature, an
		// endpoint that needs a real ARN.
		Expect(len(left)).To(BeNumerically("<", 20), "%v", left)
	})

	It("is accepted with the right credentials, and each call is named", func() {
		for _, l := range lines {
			if l.Case == "right" && l.Status != 0 && l.Status != 501 {
				// An operation that the mock implements may say that what it was
				// given does not exist: that is no refusal of the caller.
				Expect(l.OK || accepted(l.Code)).To(BeTrue(), "%+v", l)
			}
		}
		var unnamed []string
		for _, e := range result.Exchanges {
			if e.Operation == "" {
				unnamed = append(unnamed, e.Method+" "+e.Host+e.Path)
			}
		}
		Expect(slices.Compact(unnamed)).To(BeEmpty())
	})

	DescribeTable("is refused with wrong credentials, by each with a code of its protocol",
		func(name string, codes ...string) {
			for _, l := range lines {
				if l.Case == name && l.Status != 0 {
					Expect(codes).To(ContainElement(l.Code), "%+v", l)
				}
			}
		},
		func(name string, _ ...string) string { return name },
		Entry(nil, "foreign token", "UnrecognizedClientException", "InvalidClientTokenId", "InvalidToken",
			"AuthFailure"),
		Entry(nil, "wrong secret", "InvalidSignatureException", "SignatureDoesNotMatch", "AuthFailure"),
	)
})

// accepted says that a code is an operation's own, not one of authentication.
func accepted(code string) bool {
	switch code {
	case "UnrecognizedClientException", "InvalidClientTokenId", "InvalidToken", "AuthFailure",
		"InvalidSignatureException",
		"SignatureDoesNotMatch", "MissingAuthenticationTokenException", "AccessDenied", "AccessDeniedException",
		"MockNotImplemented", "501", "":
		return false
	}
	return true
}
