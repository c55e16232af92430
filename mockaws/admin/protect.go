package admin

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Protect lets only those use the management API who know its token, and no web page, even
// one that a browser of this machine shows: a request must name the API by an address, by
// "localhost" or by one of the names given here (so that no name of somebody else's leads to
// it), come from no page, and say that its body is JSON or YAML. The token is sent as
// "Authorization: Bearer TOKEN"; only GET /healthz does without.
func Protect(api http.Handler, token string, names ...string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, check := range []func(*http.Request) (int, error){
			func(r *http.Request) (int, error) { return checkHost(r, names) },
			checkOrigin,
			checkContent,
			func(r *http.Request) (int, error) { return checkToken(r, token) },
		} {
			if status, err := check(r); err != nil {
				failWith(w, status, err)
				return
			}
		}
		api.ServeHTTP(w, r)
	})
}

func checkHost(r *http.Request, names []string) (int, error) {
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.Trim(host, "[]")
	_, notAddress := netip.ParseAddr(host)
	if notAddress == nil || strings.EqualFold(host, "localhost") || slices.Contains(names, host) {
		return 0, nil
	}
	return http.StatusForbidden, fmt.Errorf("the management API is not called %.80q: call it by its address", host)
}

func checkOrigin(r *http.Request) (int, error) {
	if r.Header.Get("Origin") == "" && r.Header.Get("Sec-Fetch-Site") == "" {
		return 0, nil
	}
	return http.StatusForbidden, errors.New("the management API does not answer web pages: use a program such as curl")
}

var contentTypes = []string{"application/json", "application/yaml", "application/x-yaml"}

func checkContent(r *http.Request) (int, error) {
	if r.Method != http.MethodPost && r.Method != http.MethodPut {
		return 0, nil
	}
	if typ, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err == nil && slices.Contains(contentTypes,
		typ) {
		return 0, nil
	}
	return http.StatusUnsupportedMediaType, fmt.Errorf("say what the body is by the header Content-Type: one of %s",
		strings.Join(contentTypes, ", "))
}

func checkToken(r *http.Request, token string) (int, error) {
	if r.Method == http.MethodGet && r.URL.Path == "/healthz" {
		return 0, nil
	}
	given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if ok && subtle.ConstantTimeCompare([]byte(given), []byte(token)) == 1 {
		return 0, nil
	}
	return http.StatusUnauthorized, errors.New("the management API wants its token: send the header " +
		"Authorization: Bearer TOKEN, with the token that `mockaws serve` printed or that MOCKAWS_ADMIN_TOKEN says")
}
