package diagnose

import (
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/diagnose/rules/badbearer"
	"github.com/hostproof/hostproof/harness/diagnose/rules/badidentitytoken"
	"github.com/hostproof/hostproof/harness/diagnose/rules/beareroverrides"
	"github.com/hostproof/hostproof/harness/diagnose/rules/clockdrift"
	"github.com/hostproof/hostproof/harness/diagnose/rules/clockskew"
	"github.com/hostproof/hostproof/harness/diagnose/rules/expiredcredentials"
	"github.com/hostproof/hostproof/harness/diagnose/rules/expiringcredentials"
	"github.com/hostproof/hostproof/harness/diagnose/rules/failedafter"
	"github.com/hostproof/hostproof/harness/diagnose/rules/failedexchange"
	"github.com/hostproof/hostproof/harness/diagnose/rules/fellback"
	"github.com/hostproof/hostproof/harness/diagnose/rules/injectedfault"
	"github.com/hostproof/hostproof/harness/diagnose/rules/longtermkey"
	"github.com/hostproof/hostproof/harness/diagnose/rules/machineprincipal"
	"github.com/hostproof/hostproof/harness/diagnose/rules/metadataastray"
	"github.com/hostproof/hostproof/harness/diagnose/rules/missingresource"
	"github.com/hostproof/hostproof/harness/diagnose/rules/mixedcredentials"
	"github.com/hostproof/hostproof/harness/diagnose/rules/nocall"
	"github.com/hostproof/hostproof/harness/diagnose/rules/notallowed"
	"github.com/hostproof/hostproof/harness/diagnose/rules/notrefreshed"
	"github.com/hostproof/hostproof/harness/diagnose/rules/notserving"
	"github.com/hostproof/hostproof/harness/diagnose/rules/nottrusted"
	"github.com/hostproof/hostproof/harness/diagnose/rules/otherprincipal"
	"github.com/hostproof/hostproof/harness/diagnose/rules/otherregion"
	"github.com/hostproof/hostproof/harness/diagnose/rules/outofdescriptors"
	"github.com/hostproof/hostproof/harness/diagnose/rules/overbounds"
	"github.com/hostproof/hostproof/harness/diagnose/rules/platformprincipal"
	"github.com/hostproof/hostproof/harness/diagnose/rules/programfailed"
	"github.com/hostproof/hostproof/harness/diagnose/rules/refused"
	"github.com/hostproof/hostproof/harness/diagnose/rules/servererror"
	"github.com/hostproof/hostproof/harness/diagnose/rules/stalecredentials"
	"github.com/hostproof/hostproof/harness/diagnose/rules/swallowedfailure"
	"github.com/hostproof/hostproof/harness/diagnose/rules/swappedcredentials"
	"github.com/hostproof/hostproof/harness/diagnose/rules/tokenleftout"
	"github.com/hostproof/hostproof/harness/diagnose/rules/uncalledserver"
	"github.com/hostproof/hostproof/harness/diagnose/rules/unknownkey"
	"github.com/hostproof/hostproof/harness/diagnose/rules/unsigned"
	"github.com/hostproof/hostproof/harness/diagnose/rules/untrustedca"
	"github.com/hostproof/hostproof/harness/diagnose/rules/wrongprincipal"
	"github.com/hostproof/hostproof/harness/diagnose/rules/wrongregion"
	"github.com/hostproof/hostproof/harness/diagnose/rules/wrongsecret"
)

// refusals are asked of each call in order; the first that fits says it best.
var refusals = []*rule.Rule{
	&injectedfault.Rule,
	&metadataastray.Rule,
	&swappedcredentials.Rule,
	&mixedcredentials.Rule,
	&tokenleftout.Rule,
	&expiredcredentials.Rule,
	&unknownkey.Rule,
	&wrongsecret.Rule,
	&clockskew.Rule,
	&wrongregion.Rule,
	&badidentitytoken.Rule,
	&nottrusted.Rule,
	&failedexchange.Rule,
	&unsigned.Rule,
	&wrongprincipal.Rule,
	&notallowed.Rule,
	&badbearer.Rule,
	&missingresource.Rule,
	&refused.Rule,
}

// hazards are asked of accepted calls, all of them.
var hazards = []*rule.Rule{
	&beareroverrides.Rule,
	&platformprincipal.Rule,
	&fellback.Rule,
	&otherprincipal.Rule,
	&longtermkey.Rule,
	&notrefreshed.Rule,
	&clockdrift.Rule,
	&expiringcredentials.Rule,
	&stalecredentials.Rule,
	&otherregion.Rule,
	&machineprincipal.Rule,
}

// ofRun are asked of the run as a whole; the first that fits says it best.
var ofRun = []*rule.Rule{
	&untrustedca.Rule,
	&outofdescriptors.Rule,
	&overbounds.Rule,
	&injectedfault.Rule,
	&uncalledserver.Rule,
	&notserving.Rule,
	&programfailed.Rule,
	&nocall.Rule,
	&swallowedfailure.Rule,
	&failedafter.Rule,
}

// ofVisits are asked of each request to a server; the first that fits says it best.
var ofVisits = []*rule.Rule{
	&swallowedfailure.Rule,
	&servererror.Rule,
}
