package sqs

import (
	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// rows are SQS's answers: JSON 1.0 with 403, and the code of the Query era in
// x-amzn-query-error, which SDKs that know it show instead.
var rows = newRows()

func newRows() []protocol.Row {
	const source = "yavosh/pail test/diff/testdata/golden/sqs-auth-errors.json, recorded from AWS"
	recorded := map[verdict.Reason]bool{verdict.KeyUnknown: true, verdict.SignatureMismatch: true, verdict.Denied: true}
	list := make([]protocol.Row, 0, len(protocol.JSONRows)+1)
	for _, r := range protocol.JSONRows {
		if r.Reason != verdict.UnknownOperation && !r.Bare {
			r.Status = 403
		}
		r.QueryError = protocol.QueryErrorOf(r.Code)
		r.Source, r.Confidence = source, protocol.Likely
		if recorded[r.Reason] {
			r.Confidence = protocol.Verified
		}
		list = append(list, r)
	}
	return append(list, protocol.Row{
		Reason: verdict.MissingAuthentication, Status: 403, Code: "AccessDeniedException",
		QueryError: "AccessDenied;Sender",
		Message:    "Access to the resource https://sqs.us-east-1.amazonaws.com/ is denied.",
		Confidence: protocol.Unverified,
		Source:     source,
	})
}
