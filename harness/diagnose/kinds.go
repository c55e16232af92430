package diagnose

import (
	"github.com/hostproof/hostproof/harness/diagnose/rules/badbearer"
	"github.com/hostproof/hostproof/harness/diagnose/rules/badidentitytoken"
	"github.com/hostproof/hostproof/harness/diagnose/rules/beareroverrides"
	"github.com/hostproof/hostproof/harness/diagnose/rules/clockdrift"
	"github.com/hostproof/hostproof/harness/diagnose/rules/clockskew"
	"github.com/hostproof/hostproof/harness/diagnose/rules/expiredcredentials"
	"github.com/hostproof/hostproof/harness/diagnose/rules/expiringcredentials"
	"github.com/hostproof/hostproof/harness/diagnose/rules/failedafter"
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
	"github.com/hostproof/hostproof/harness/ledger"
)

// The kinds of findings; the rule of the same name says what each means.
const (
	BadBearer           = badbearer.Kind
	BadIdentityToken    = badidentitytoken.Kind
	BearerOverrides     = beareroverrides.Kind
	ClockDrift          = clockdrift.Kind
	ClockSkew           = clockskew.Kind
	ExpiredCredentials  = expiredcredentials.Kind
	ExpiringCredentials = expiringcredentials.Kind
	FailedAfter         = failedafter.Kind
	FellBack            = fellback.Kind
	InjectedFault       = injectedfault.Kind
	LongTermKey         = longtermkey.Kind
	MachinePrincipal    = machineprincipal.Kind
	MetadataAstray      = metadataastray.Kind
	MissingResource     = missingresource.Kind
	MixedCredentials    = mixedcredentials.Kind
	NoCall              = nocall.Kind
	NotAllowed          = notallowed.Kind
	NotRefreshed        = notrefreshed.Kind
	NotServing          = notserving.Kind
	NotTrusted          = nottrusted.Kind
	OtherPrincipal      = otherprincipal.Kind
	OtherRegion         = otherregion.Kind
	PlatformPrincipal   = platformprincipal.Kind
	ProgramFailed       = programfailed.Kind
	Refused             = refused.Kind
	ServerError         = servererror.Kind
	StaleCredentials    = stalecredentials.Kind
	SwallowedFailure    = swallowedfailure.Kind
	SwappedCredentials  = swappedcredentials.Kind
	TokenLeftOut        = tokenleftout.Kind
	UncalledServer      = uncalledserver.Kind
	UnknownKey          = unknownkey.Kind
	Unsigned            = unsigned.Kind
	UntrustedCA         = untrustedca.Kind
	WrongPrincipal      = wrongprincipal.Kind
	WrongRegion         = wrongregion.Kind
	WrongSecret         = wrongsecret.Kind
)

// WrongSignature is a wrong-secret whose secret is right: the request was signed in
// another form than it was sent.
const WrongSignature ledger.Kind = "wrong-signature"
