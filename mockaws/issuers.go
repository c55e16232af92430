package mockaws

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/oidc"
	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/shown"
)

// IssuerSeed is an OpenID Connect issuer. Declared again, it stays the one it
// was, with the changes asked for.
type IssuerSeed struct {
	URL string `yaml:"url" json:"url"` // https://oidc.vercel.com/acme
	// Algorithm: RS256, RS384, RS512, ES256, ES384 or ES512; by default what the
	// platform at that URL uses, else RS256.
	Algorithm string `yaml:"algorithm,omitempty" json:"algorithm,omitempty"`
	// Down: it cannot be reached, so that tokens it signs cannot be verified.
	Down bool `yaml:"down,omitempty" json:"down,omitempty"`
	// Rotate makes a new key that signs from now on; Retire takes the old ones out
	// of the published set.
	Rotate bool `yaml:"rotate,omitempty" json:"rotate,omitempty"`
	Retire bool `yaml:"retire,omitempty" json:"retire,omitempty"`
}

// IssuerInfo is a declared issuer.
type IssuerInfo struct {
	URL              string `json:"url"`
	Algorithm        string `json:"algorithm"`
	ConfigurationURL string `json:"configurationUrl"`
	KeysURL          string `json:"keysUrl"`
	Down             bool   `json:"down,omitempty"`
}

// DeclareIssuer makes an issuer, or changes one.
func (s *Server) DeclareIssuer(seed IssuerSeed) (IssuerInfo, error) {
	i, err := s.issuers.Declare(seed.URL, seed.Algorithm)
	if err != nil {
		return IssuerInfo{}, err
	}
	if seed.Rotate {
		if err := i.Rotate(); err != nil {
			return IssuerInfo{}, err
		}
	}
	if seed.Retire {
		i.Retire()
	}
	i.SetDown(seed.Down)
	s.tokens.Forget(i.URL()) // a change is seen at once
	return issuerInfo(i), nil
}

// IssuerList lists the declared issuers.
func (s *Server) IssuerList() []IssuerInfo {
	list := []IssuerInfo{}
	for _, url := range s.issuers.URLs() {
		if i, ok := s.issuers.Issuer(url); ok {
			list = append(list, issuerInfo(i))
		}
	}
	return list
}

func issuerInfo(i *oidc.Issuer) IssuerInfo {
	return IssuerInfo{URL: i.URL(), Algorithm: i.Algorithm(), ConfigurationURL: i.ConfigurationURL(),
		KeysURL: i.KeysURL(), Down: i.Down()}
}

// TokenRequest asks an issuer for a token.
type TokenRequest struct {
	Issuer string `json:"issuer"`
	// Claims in addition to iss, iat, nbf, exp and jti; a null leaves one of these out.
	Claims map[string]any `json:"claims,omitempty"`
	// Lifetime is from now to exp, "15m"; an hour by default.
	Lifetime string `json:"lifetime,omitempty"`
	// Defect is what is wrong with it on purpose; see oidc.Defects.
	Defect oidc.Defect `json:"defect,omitempty"`
}

// MintedToken is a token that was asked for.
type MintedToken struct {
	Token string `json:"token"`
}

// String leaves the token out.
func (t MintedToken) String() string { return fmt.Sprintf("token of %d characters", len(t.Token)) }

// GoString leaves the token out.
func (t MintedToken) GoString() string { return t.String() }

// MintToken makes a token of a declared issuer.
func (s *Server) MintToken(r TokenRequest) (MintedToken, error) {
	i, ok := s.issuers.Issuer(r.Issuer)
	if !ok {
		return MintedToken{}, fmt.Errorf("no issuer %q is declared; declared are: %s", r.Issuer,
			strings.Join(s.issuers.URLs(), ", "))
	}
	var lifetime time.Duration
	if r.Lifetime != "" {
		var err error
		if lifetime, err = time.ParseDuration(r.Lifetime); err != nil {
			return MintedToken{}, fmt.Errorf("lifetime %q: want a duration such as 15m", r.Lifetime)
		}
	}
	token, err := i.Mint(oidc.TokenOptions{Claims: r.Claims, Lifetime: lifetime, Defect: r.Defect})
	return MintedToken{token}, err
}

// issuerOf reports whether a request is for a declared issuer. AWS's own
// hostnames can serve both an issuer's documents and an API.
func (s *Server) issuerOf(r *http.Request) bool {
	i, serves := s.issuers.At(r.Host, r.URL.Path)
	if !serves || !strings.Contains(strings.ToLower(r.Host), ".amazonaws.") {
		return serves
	}
	return i != nil && i.Serves(r.URL.Path)
}

// serveIssuer answers what is asked of an issuer: not a call of AWS, but it
// stands in the journal like one.
func (s *Server) serveIssuer(w http.ResponseWriter, r *http.Request) {
	f := &flight{server: s, http: r, exchange: &Exchange{}, start: time.Now(), now: s.clock.Now()}
	f.describeRequest()
	e := f.exchange
	e.Service, e.Operation = "OpenID Connect", r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]
	e.Call = "oidc:" + e.Operation
	e.Verdict = Verdict{Accepted: true, Principal: "anonymous"}
	status, header, body := s.issuers.Answer(r)
	e.Header, e.Status, e.ResponseSize, e.Duration = shown.Header(r.Header), status, int64(len(body)),
		time.Since(f.start)
	e.RequestID = protocol.NewUUID()
	_ = s.journal.add(e) // the next call says what is wrong
	maps.Copy(w.Header(), header)
	w.Header().Set("Date", f.now.UTC().Format(http.TimeFormat))
	w.WriteHeader(status)
	_, _ = w.Write(body) // a client that went away is its own affair
}
