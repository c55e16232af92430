package mockaws

import (
	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service/catalog"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// verify checks a signature by the rules of the service; where it is not known how
// the service has paths signed, either way will do.
func (f *flight) verify(cred *iam.Credential) *verdict.Refusal {
	f.rules.AsSent = f.target.Service.PathAsSent
	refusal := f.server.verifier.VerifySignature(f.request, f.auth, f.rules, cred.Secret)
	if refusal == nil || refusal.Reason != verdict.SignatureMismatch || !f.target.Service.EitherPath {
		return refusal
	}
	other := f.rules
	other.AsSent = !other.AsSent
	if f.server.verifier.VerifySignature(f.request, f.auth, other, cred.Secret) != nil {
		return refusal
	}
	f.rules = other
	return nil
}

// notKnown refuses, after the caller was accepted, what no table has.
func notKnown(t *catalog.Target) *verdict.Refusal {
	what := "operation " + t.Operation.Name + " of " + t.Service.ID
	if t.Service.Unlisted {
		what = "service " + t.Service.ID
	}
	return verdict.Because(verdict.StageHandle, verdict.Gap{Service: t.Service.ID, Operation: t.Operation.Name},
		"the "+what+" is not known here: the caller was authenticated, and what AWS would answer is not known")
}

// confident is how sure an error's row is for the service that answers with it. Rows
// that services share were seen at some of them: of one that is known by its model
// they are likely, and of one that no table has they are a guess.
func (f *flight) confident(row protocol.Confidence) string {
	switch s := f.target.Service; {
	case s == nil:
	case s.Unlisted:
		return string(protocol.Unverified)
	case s.Modelled && row == protocol.Verified:
		return string(protocol.Likely)
	}
	return string(row)
}
