// Package answers lists what the mock gives as answers of AWS to calls that are refused,
// each with how it is known.
package answers

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/hostproof/hostproof/mockaws/metadata"
	"github.com/hostproof/hostproof/mockaws/oidc"
	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/service/all"
	"github.com/hostproof/hostproof/mockaws/service/s3"
	"github.com/hostproof/hostproof/mockaws/service/sts"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// Answer is one answer.
type Answer struct {
	Service  string            `json:"service"`            // "STS", or the kind of a metadata endpoint
	Protocol string            `json:"protocol,omitempty"` // that the service is spoken to in
	Case     string            `json:"case"`               // what is answered so
	Status   int               `json:"status,omitempty"`
	Code     string            `json:"code,omitempty"`
	Message  string            `json:"message,omitempty"` // may have placeholders, {date}; "" where it is composed
	Evidence protocol.Evidence `json:"evidence"`
	Source   string            `json:"source"`
}

// All lists the answers of every service with a table and of the metadata endpoints,
// sorted by service and case.
func All() []Answer {
	var list []Answer
	issuers := oidc.NewIssuers(nil)
	for _, s := range all.Services(s3.NewBuckets(), issuers, oidc.NewVerifier(nil, nil)) {
		list = append(list, ofService(s)...)
	}
	for _, m := range sts.Messages() {
		list = append(list, Answer{Service: "STS", Protocol: string(protocol.Query), Case: m.Case, Message: m.Begins,
			Code: m.Code, Evidence: protocol.EvidenceOf(m.Confidence, m.Source), Source: m.Source})
	}
	for _, b := range metadata.Behaviours() {
		kind, what, _ := strings.Cut(b.Name, "/")
		list = append(list, Answer{Service: kind, Case: what, Status: b.Status,
			Evidence: protocol.EvidenceOf(protocol.Confidence(b.Confidence), b.Source), Source: b.Source})
	}
	slices.SortStableFunc(list, func(a, b Answer) int {
		return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(a.Protocol, b.Protocol),
			cmp.Compare(a.Case, b.Case))
	})
	return list
}

// ofService lists the answers of a service in each protocol that it speaks.
func ofService(s *service.Service) []Answer {
	dialects := map[protocol.Name]protocol.Dialect{s.Dialect.Protocol: s.Dialect}
	for name, d := range s.Dialects {
		dialects[name] = d
	}
	var list []Answer
	for name, d := range dialects {
		add := func(what string, row protocol.Row) {
			list = append(list, Answer{Service: s.ID, Protocol: string(name), Case: what, Status: row.Status,
				Code: row.Code, Message: row.Message, Evidence: row.Evidence(), Source: row.Source})
		}
		for reason, row := range d.Errors {
			add(string(reason), *row)
			for variant, special := range row.When {
				add(variantName(reason, variant), special)
			}
		}
		for failure, row := range d.Failures {
			add(failure, row)
		}
		if d.Throttled != nil {
			add("throttled", *d.Throttled)
		}
		for status, row := range d.Failing {
			row.Status = status
			add("failing with "+strconv.Itoa(status), row)
		}
	}
	return list
}

func variantName(reason verdict.Reason, v verdict.Variant) string {
	name := string(reason)
	for _, part := range []string{v.Problem, v.Mechanism} {
		if part != "" {
			name += ", " + part
		}
	}
	return name
}

// Count counts answers by their evidence.
func Count(list []Answer) map[protocol.Evidence]int {
	count := map[protocol.Evidence]int{}
	for _, a := range list {
		count[a.Evidence]++
	}
	return count
}
