package all_test

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// What each service answers to each refusal of which nothing more is known: status, code
// and the beginning of the message. Where a row was recorded, or is taken from a document,
// its Source says so; this is their sum, for a change to be seen in all services.
//
//go:embed testdata/answers.txt
var answersText string

// TestAnswers: a row that is lost, or that another one hides, changes what a service says.
func TestAnswers(t *testing.T) {
	var got []string
	dialects := dialectsByService()
	for _, reason := range reasons {
		byAnswer := map[string][]string{}
		for name, d := range dialects {
			if !strings.Contains(answersText, name+"\n") && !strings.Contains(answersText, name+",") {
				continue // a service that is not written down yet
			}
			r := d.EncodeError(verdict.Bare(verdict.StageAuthenticate, reason, ""), &protocol.Context{RequestID: id,
				ExtendedID: "host-id", Method: "POST", Refused: &protocol.RefusedS3{KeyID: "AKIAX", Token: "T"}})
			message := []rune(r.Message)
			answer := fmt.Sprintf("%s: %d %s %q", reason, r.Status, r.Code, string(message[:min(len(message), 60)]))
			byAnswer[answer] = append(byAnswer[answer], name)
		}
		var rows []string
		for answer, services := range byAnswer {
			slices.Sort(services)
			rows = append(rows, answer+": "+strings.Join(services, ", "))
		}
		slices.Sort(rows)
		got = append(got, rows...)
	}
	want := strings.Split(strings.TrimSpace(answersText), "\n")
	for _, row := range got {
		if !slices.Contains(want, row) {
			t.Errorf("not in testdata/answers.txt: %s", row)
		}
	}
	for _, row := range want {
		if !slices.Contains(got, row) {
			t.Errorf("not answered: %s", row)
		}
	}
}

var reasons = []verdict.Reason{
	verdict.BothMechanisms, verdict.MissingAuthentication, verdict.UnsupportedScheme,
	verdict.MalformedAuthorization, verdict.MissingParameters, verdict.MissingQueryParameters,
	verdict.MalformedQuery, verdict.HostNotSigned, verdict.MalformedDate, verdict.SignatureExpired,
	verdict.SignatureNotYetCurrent, verdict.MalformedCredential, verdict.WrongScope, verdict.TokenMalformed,
	verdict.TokenForOtherKey, verdict.TokenExpired, verdict.TokenMissing, verdict.KeyUnknown,
	verdict.KeyInactive, verdict.KeyDeleted, verdict.SignatureMismatch, verdict.PayloadHashMismatch,
	verdict.PayloadHashMissing, verdict.PayloadHashMalformed, verdict.HeadersNotSigned,
	verdict.ChunkSignatureMismatch, verdict.ChunkMalformed, verdict.ChunkTooSmall, verdict.TrailerMalformed,
	verdict.ChecksumMismatch, verdict.PresignExpired, verdict.PresignNotYetValid, verdict.PresignExpiresInvalid,
	verdict.BearerMalformed, verdict.BearerInvalid, verdict.BearerExpired, verdict.UnknownOperation,
	verdict.UnsupportedOperation, verdict.MalformedRequest, verdict.Denied,
}
