package report

import "github.com/hostproof/hostproof/fixtures"

// DescribeHost is a fixture's host as a report tells it.
func DescribeHost(h *fixtures.Host) Host {
	out := Host{
		Name: h.Name, Title: h.Title, Summary: h.Summary, Basis: h.Basis, Phase: h.Phase,
		NotSimulated: h.NotSimulated, Facts: map[string]fixtures.Provenance{},
	}
	for _, v := range h.Variables {
		out.Facts[v.Name] = v.Provenance
	}
	return out
}
