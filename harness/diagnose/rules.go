package diagnose

import (
	"slices"

	"github.com/hostproof/hostproof/harness/internal/prose"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// The kinds of findings about what failed.
const (
	MixedCredentials   ledger.Kind = "mixed-credentials"   // key and token belong to different credentials
	SwappedCredentials ledger.Kind = "swapped-credentials" // something else stands where the key id belongs
	TokenLeftOut       ledger.Kind = "token-left-out"      // a temporary key without its token
	ExpiredCredentials ledger.Kind = "expired-credentials" //
	UnknownKey         ledger.Kind = "unknown-key"         //
	WrongSecret        ledger.Kind = "wrong-secret"        //
	WrongSignature     ledger.Kind = "wrong-signature"     // the right secret, signed in a wrong way
	ClockSkew          ledger.Kind = "clock-skew"          //
	WrongRegion        ledger.Kind = "wrong-region"        //
	NotAllowed         ledger.Kind = "not-allowed"         // identified, and no policy allows it
	// the machine's role was used where the program has one of its own
	WrongPrincipal ledger.Kind = "wrong-principal"
	Unsigned       ledger.Kind = "unsigned"     //
	BadBearer      ledger.Kind = "bad-bearer"   //
	UntrustedCA    ledger.Kind = "untrusted-ca" // the subject refused the certificate of the run's CA
	NoCall         ledger.Kind = "no-call"      // the subject failed before any AWS call
	Refused        ledger.Kind = "refused"      // anything else
)

// The kinds of findings about what worked and may not go on to.
const (
	PlatformPrincipal ledger.Kind = "platform-principal" // the call was made as the platform, not as the user
	// the call was made as the host's role although the project has a key
	OtherPrincipal  ledger.Kind = "other-principal"
	FellBack        ledger.Kind = "fell-back"        // a variable of the project's is empty, and the host's counted
	LongTermKey     ledger.Kind = "long-term-key"    // a long-term key where the host offers a role
	NotRefreshed    ledger.Kind = "not-refreshed"    // a copy of temporary credentials, which will end
	BearerOverrides ledger.Kind = "bearer-overrides" // a bearer token was used although keys are set
	OtherRegion     ledger.Kind = "other-region"     // the call went to another region than the project set
)

// Public sources of the rules.
const (
	docTokens    = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_use-resources.html"
	docVercel    = "https://vercel.com/docs/environment-variables/reserved-environment-variables"
	docAmplify   = "https://docs.aws.amazon.com/amplify/latest/userguide/amplify-SSR-compute-role.html"
	docSigning   = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html"
	docDenied    = "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html"
	docAPIKeys   = "https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html"
	docChain     = "https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html"
	docKeyIDs    = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html"
	docPractices = "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html"
	docRustRoots = "https://docs.rs/rustls-native-certs/latest/rustls_native_certs/fn.load_native_certs.html"
	docRegion    = "https://docs.aws.amazon.com/sdkref/latest/guide/feature-region.html"
)

// telling is what a rule has to say: the parts of a ledger.Finding that are its own.
type telling struct {
	what, why, change string
	kind              ledger.Kind // other than the rule's
	source            string      // other than the rule's
	variables         []string
	hazard            bool // nothing failed by it
}

// fact is what a rule rests on.
type fact struct {
	source     string
	confidence string // V verified, L likely, U unverified
	hazard     bool
}

// callRule looks at one exchange.
type callRule struct {
	id ledger.Kind
	fact
	tell func(*call) (telling, bool)
}

// visitRule looks at one request to a server.
type visitRule struct {
	id ledger.Kind
	fact
	tell func(*diagnosis, *ledger.Visit) (telling, bool)
}

// runRule looks at the run as a whole.
type runRule struct {
	id ledger.Kind
	fact
	tell func(*diagnosis) (telling, bool)
}

// refusalRules are asked in order; the first that fits says it best.
var refusalRules = []callRule{
	{InjectedFault, fact{docRetry, "V", false}, injected},
	{SwappedCredentials, fact{docKeyIDs, "V", false}, swapped},
	{MixedCredentials, fact{docTokens, "V", false}, mixed},
	{TokenLeftOut, fact{docTokens, "V", false}, tokenLeftOut},
	{ExpiredCredentials, fact{docTokens, "V", false}, expired},
	{UnknownKey, fact{docSigning, "V", false}, unknownKey},
	{WrongSecret, fact{docSigning, "V", false}, wrongSecret},
	{ClockSkew, fact{docSigning, "V", false}, clockSkew},
	{WrongRegion, fact{docSigning, "V", false}, wrongScope},
	{BadIdentityToken, fact{docWebIdentity, "V", false}, badIdentityToken},
	{NotTrusted, fact{docDenied, "V", false}, notTrusted},
	{Unsigned, fact{docChain, "V", false}, unsigned},
	{WrongPrincipal, fact{docChain, "V", false}, wrongPrincipal},
	{NotAllowed, fact{docDenied, "V", false}, denied},
	{BadBearer, fact{docAPIKeys, "V", false}, badBearer},
	{MissingResource, fact{docNoSuchBucket, "V", false}, missingBucket},
	{Refused, fact{"", "", false}, refused},
}

// hazardRules are asked of accepted calls, all of them.
var hazardRules = []callRule{
	{BearerOverrides, fact{docAPIKeys, "V", true}, bearerOverrides},
	{PlatformPrincipal, fact{docChain, "V", true}, asPlatform},
	{FellBack, fact{docChain, "L", true}, fellBack},
	{OtherPrincipal, fact{docChain, "V", true}, asOther},
	{LongTermKey, fact{docPractices, "V", true}, longTermKey},
	{NotRefreshed, fact{docTokens, "V", true}, notRefreshed},
	{ClockDrift, fact{docSigning, "V", true}, clockDrift},
	{ExpiringCredentials, fact{docTokens, "V", true}, expiring},
	{StaleCredentials, fact{docStability, "V", true}, stale},
	{OtherRegion, fact{docRegion, "V", true}, otherRegion},
}

// runRules look at the run as a whole; the first that fits says it best.
var runRules = []runRule{
	{UntrustedCA, fact{docRustRoots, "V", false}, untrustedCA},
	{faultOnTheWay, fact{docRetry, "V", false}, faultsOnTheWay},
	{UncalledServer, fact{docListen, "V", false}, uncalledServer},
	{NotServing, fact{docListen, "V", false}, notServing},
	{ProgramFailed, fact{docExitCodes, "V", false}, programFailed},
	{NoCall, fact{docChain, "V", false}, noCall},
	{SwallowedFailure, fact{docChain, "V", false}, swallowed},
}

// visitRules look at one request to a server; the first that fits says it best.
var visitRules = []visitRule{
	{SwallowedFailure, fact{docChain, "V", false}, lackInAnswer},
	{ServerError, fact{docHTTP, "V", false}, serverError},
}

// about is a rule's finding on a call.
func (r callRule) about(c *call, t telling) ledger.Finding {
	f := r.finding(r.id, t)
	f.Seq, f.Library = c.Seq, c.library.String()
	return f
}

func (r runRule) finding(t telling) ledger.Finding { return r.fact.finding(r.id, t) }

func (f fact) finding(id ledger.Kind, t telling) ledger.Finding {
	out := ledger.Finding{
		Kind:       id,
		Hazard:     f.hazard || t.hazard,
		What:       t.what,
		Why:        t.why,
		Change:     prose.Sentence(t.change),
		Source:     f.source,
		Confidence: f.confidence,
		Variables:  t.variables,
	}
	if t.kind != "" {
		out.Kind = t.kind
	}
	if t.source != "" {
		out.Source = t.source
	}
	return out
}

// because reports whether a call was refused for one of the reasons.
func (c *call) because(reasons ...verdict.Reason) bool {
	r := c.Verdict.Refusal
	return r != nil && !c.Verdict.Accepted && slices.Contains(reasons, r.Reason)
}
