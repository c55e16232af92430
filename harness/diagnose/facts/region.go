package facts

import (
	"strings"

	"github.com/hostproof/hostproof/harness/internal/prose"
)

// NoRegion reports whether nothing that SDKs read by themselves sets a region: the
// variables and the profile that a program takes
// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-region.html).
func (d *Facts) NoRegion() bool {
	if d.Has("AWS_REGION") || d.Has("AWS_DEFAULT_REGION") {
		return false
	}
	for _, settings := range d.sections() {
		if settings["region"] != "" {
			return false
		}
	}
	return true
}

// RegionOfEndpoint says that an endpoint of the host would have told the region, and
// that the program did not ask it there; empty where there is none.
func (d *Facts) RegionOfEndpoint() string {
	machine := ""
	for i := range d.Rows {
		if d.Rows[i].Offer.Machine {
			machine = d.Rows[i].Offer.Name
		}
	}
	for _, l := range d.Result.Lookups {
		if strings.HasSuffix(l.Path, "/placement/region") || strings.HasSuffix(l.Path, "/instance-identity/document") {
			return ""
		}
	}
	if machine == "" {
		return ""
	}
	return " " + prose.Capital(machine) +
		" has it at /latest/meta-data/placement/region, and the program did not ask there."
}
