package mockaws

import (
	"net/http"

	"github.com/hostproof/hostproof/mockaws/service/catalog"
	"github.com/hostproof/hostproof/mockaws/service/connect"
)

// Login judges a token in place of a password, as a database, a cache, a broker or a
// Kubernetes API server does that somebody logs in to: its signature, its age, and what
// the caller may. A password that Redshift gave is judged by whom it was given for, where,
// and until when on the mock's clock. The exchange is in the journal like a call, without
// the password; its verdict says whether the login is let in. The error says why the token
// is none, or what the login lacks.
func (s *Server) Login(login connect.Login) (Exchange, error) {
	token, err := connect.Read(login)
	if err != nil {
		return Exchange{}, err
	}
	r := &http.Request{Method: http.MethodGet, URL: token.URL, Host: token.URL.Host, Proto: "HTTP/1.1", ProtoMajor: 1,
		ProtoMinor: 1, Header: token.Header, Body: http.NoBody, RequestURI: token.URL.RequestURI()}
	if r.Header == nil {
		r.Header = http.Header{}
	}
	if err := s.journal.ready(); err != nil {
		return Exchange{}, err
	}
	f := &flight{server: s, http: r, out: &unsent{http.Header{}}, exchange: &Exchange{}, password: token.Password}
	if token.Service != nil {
		f.login = &catalog.Target{Service: token.Service, Operation: token.Operation, Input: token.Input}
	}
	if token.Password != nil {
		f.login.Region = token.Password.Endpoint.Region
	}
	f.run()
	return *f.exchange, nil
}

// unsent is where an answer goes that is not for the network.
type unsent struct{ header http.Header }

func (u *unsent) Header() http.Header            { return u.header }
func (u *unsent) Write(data []byte) (int, error) { return len(data), nil }
func (u *unsent) WriteHeader(int)                {}
