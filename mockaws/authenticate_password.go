package mockaws

import "github.com/hostproof/hostproof/mockaws/verdict"

// authenticatePassword judges a password that a call of AWS gave for a database. Who made
// that call is the principal; its key is not used again.
func (f *flight) authenticatePassword() *verdict.Refusal {
	given, known := f.server.iam.Password(f.password.Secret)
	f.exchange.Presented.Scheme, f.exchange.Presented.TokenOwner = "password", given.Holder
	if refusal := f.password.Judge(given, known, f.now); refusal != nil {
		return refusal
	}
	f.exchange.Verdict.Principal = given.Holder
	return nil
}
