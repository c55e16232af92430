package explain

import (
	"slices"
	"strings"

	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/internal/late"
	"github.com/hostproof/hostproof/harness/ledger"
)

// loosened are meanings whose words are found in any case.
func loosened(list []meaning) []meaning {
	list = slices.Clone(list)
	for i := range list {
		list[i].match = late.MustCompile("(?i)" + list[i].match.String())
	}
	return list
}

// straight are the ways in which programs print a quote.
var straight = strings.NewReplacer("&#39;", "'", "&quot;", `"`, "&apos;", "'", `\u0027`, "'", `\u0022`, `"`, `\"`, `"`,
	`\'`, "'", "\u2019", "'", "\u2018", "'", "\u201c", `"`, "\u201d", `"`)

// outdone are the kinds that say no more beside one that says why.
var outdone = map[ledger.Kind][]ledger.Kind{
	"file-unreadable":    {"token-file"},
	"config-broken":      {"section-lacks", "file-unreadable", "profile-missing"},
	"web-identity":       {diagnose.NotAllowed},
	"token-file":         {"file-unreadable"},
	"missing-parameter":  {"section-lacks"},
	"headers-not-signed": {diagnose.NotAllowed},
}
