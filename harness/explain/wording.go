package explain

import (
	"regexp"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/ledger"
)

// arnRest is what an ARN goes on with: it ends before blanks, quotes and escapes.
const arnRest = `[\w+=,.@/:*-]*[\w+=@/*-]`

// loosened are meanings whose words are found in any case.
func loosened(list []meaning) []meaning {
	list = slices.Clone(list)
	for i := range list {
		list[i].match = regexp.MustCompile("(?i)" + list[i].match.String())
	}
	return list
}

// straight are the ways in which programs print a quote.
var straight = strings.NewReplacer("&#39;", "'", "&quot;", `"`, "&apos;", "'", `\u0027`, "'", `\u0022`, `"`, `\"`, `"`,
	`\'`, "'", "\u2019", "'", "\u2018", "'", "\u201c", `"`, "\u201d", `"`)

// outdone are the kinds that say no more beside one that says why.
var outdone = map[ledger.Kind][]ledger.Kind{
	"sso-cache":             {"sso-expired"},
	"not-trusted":           {diagnose.NotAllowed, "web-identity"},
	"file-unreadable":       {"token-file"},
	"sso-expired":           {"token-file"},
	"config-broken":         {"section-lacks", "file-unreadable", "profile-missing"},
	"anonymous":             {diagnose.NotAllowed},
	"date-header":           {diagnose.Unsigned, "malformed-signature"},
	"session-policy":        {diagnose.NotAllowed},
	diagnose.ClockSkew:      {diagnose.WrongSignature, diagnose.ExpiredCredentials},
	"web-identity":          {diagnose.NotAllowed, diagnose.ExpiredCredentials},
	diagnose.WrongSignature: {diagnose.NotAllowed},
	"token-file":            {"credential-process", "file-unreadable"},
	"missing-parameter":     {"section-lacks"},
	"headers-not-signed":    {diagnose.NotAllowed, diagnose.WrongSignature, diagnose.Unsigned, "malformed-signature"},
	"key-shape": {"key-unknown", "malformed-signature", diagnose.WrongSignature, "empty-credentials",
		diagnose.NotAllowed, "token-or-key", "token-invalid"},
	"malformed-signature": {diagnose.NotAllowed, diagnose.Unsigned},
	diagnose.WrongRegion:  {"malformed-signature", "other-bucket-region"},
}
