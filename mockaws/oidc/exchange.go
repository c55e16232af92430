package oidc

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"time"
)

// exchangePath is where Vercel gives a token of another audience for one of its
// own. The client that speaks to it is
// https://github.com/vercel/vercel/blob/main/packages/oidc/src/exchange-vercel-oidc-token.ts
// (vercel/vercel#16567); what it answers to a bad token is not known.
const exchangePath = "/~token"

// exchange answers with a token that has the wanted audience and the claim act,
// issued by the team's issuer.
func (s *Issuers) exchange(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Token    string `json:"token"`
		Audience string `json:"aud"`
		ID       string `json:"jti"`
	}
	if r.Method != http.MethodPost {
		http.Error(w, "want POST", http.StatusMethodNotAllowed)
		return
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxDocument)).Decode(&in); err != nil ||
		in.Audience == "" {
		writeJSON(w, http.StatusBadRequest, map[string]string{"error": "want JSON with token and aud"})
		return
	}
	t, err := Parse(in.Token)
	if err == nil {
		err = NewVerifier(s, s.now).Verify(r.Context(), t)
	}
	if err != nil {
		writeJSON(w, http.StatusUnauthorized, map[string]string{"error": err.Error()})
		return
	}
	token, expiry, err := s.reissue(t, in.Audience, in.ID)
	if err != nil {
		writeJSON(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"token": token, "expiry": expiry.Unix()})
}

func (s *Issuers) reissue(t *Token, audience, id string) (token string, expiry time.Time, err error) {
	team, err := s.Declare(teamIssuer(t), "")
	if err != nil {
		return "", time.Time{}, err
	}
	claims := maps.Clone(t.Claims)
	claims["iss"], claims["aud"], claims["act"] = team.URL(), audience, map[string]any{"sub": t.Subject}
	delete(claims, "iat")
	delete(claims, "jti")
	if id != "" {
		claims["jti"] = id
	}
	token, err = team.Mint(TokenOptions{Claims: claims})
	return token, t.Expiry, err
}

// teamIssuer is the issuer of the team that a token belongs to, below the issuer of all
// teams; a token's own for a platform that has no such.
func teamIssuer(t *Token) string {
	owner, ok := t.Claims["owner"].(string)
	u, err := url.Parse(t.Issuer)
	if !ok || owner == "" || err != nil || platformOf(u).Root == "" {
		return t.Issuer
	}
	return platformOf(u).Root + "/" + owner
}
