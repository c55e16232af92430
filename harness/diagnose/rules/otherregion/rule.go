// Package otherregion is the rule other-region: a call to another region than the project set.
package otherregion

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/internal/ini"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/harness/library"
	"github.com/hostproof/hostproof/mockaws/service"
)

// Kind is the kind of the findings.
const Kind ledger.Kind = "other-region"

// Rule is the rule; see its Doc.
var Rule = rule.Rule{
	Kind: Kind,
	Doc: rule.Doc{
		Title: "A call to another region than the project set",
		Text:  "Libraries differ in which variables and files they read for the region.",
		Example: "s3:ListBuckets went to region us-east-1, from AWS_REGION, although the project sets " +
			"MY_REGION=eu-west-1.",
	},
	Needs:      facts.Calls | facts.Environment,
	Source:     rule.DocRegion,
	Confidence: "V",
	Hazard:     true,
	Call:       check,
}

// check: the call went to another region than the project set.
func check(c *facts.Call) (rule.Telling, bool) {
	region := c.Presented.ScopeRegion
	if region == "" || !service.IsRegion(region) || global(c.Service) {
		return rule.Telling{}, false
	}
	wanted := wantedRegions(c.Facts)
	if len(wanted) == 0 || slices.ContainsFunc(wanted, func(w wantedRegion) bool { return w.region == region }) {
		return rule.Telling{}, false
	}
	var names []string
	for _, w := range wanted {
		if w.variable != "" {
			names = append(names, w.variable)
		}
	}
	return rule.Telling{
		Variables: append(names, c.Trace.Region.Variables...),
		What: fmt.Sprintf(
			"%s went to region %s, from %s, although %s.",
			c.Call,
			region,
			c.Trace.Region.From(),
			wanted[0].text(),
		),
		Why: "Libraries differ in which variables and files they read for the region, and a host's own " +
			"AWS_REGION is where it runs.",
		Change: c.Library.Advise(library.OwnRegion),
	}, true
}

// wantedRegion is a region that a variable of the project's or a file sets.
type wantedRegion struct{ variable, file, region string }

func (w wantedRegion) text() string {
	if w.file != "" {
		return fmt.Sprintf("the file %s sets region = %s", w.file, w.region)
	}
	return fmt.Sprintf("the project sets %s=%s", w.variable, w.region)
}

// wantedRegions are those of the project's variables, and of profiles in files
// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-region.html).
func wantedRegions(d *facts.Facts) (out []wantedRegion) {
	for _, v := range d.Env.Variables() {
		if v.SetBy == ledger.ByUser && strings.HasSuffix(strings.ToUpper(v.Name), "REGION") &&
			service.IsRegion(v.Value) {
			out = append(out, wantedRegion{variable: v.Name, region: v.Value})
		}
	}
	for _, path := range slices.Sorted(maps.Keys(d.Files)) {
		for _, section := range ini.Read(d.Files[path]) {
			for _, s := range section.Settings {
				if s.Name == "region" && service.IsRegion(s.Value) {
					out = append(out, wantedRegion{file: path, region: s.Value})
				}
			}
		}
	}
	return out
}

// global reports whether a service has endpoints that are of no region.
func global(name string) bool { return name == "STS" || name == "IAM" }
