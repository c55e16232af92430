package admin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"strconv"
	"time"

	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/fault"
	"github.com/hostproof/hostproof/mockaws/wire"
)

// maxBody bounds what the API reads, in bytes.
const maxBody = 16 << 20

// maxWait bounds how long a request for exchanges is held.
const maxWait = time.Minute

// Handler is the management API of a server, for a listener that only its clients can
// reach. Where others can, as on a port, it needs Protect.
func Handler(s *mockaws.Server) http.Handler {
	a := api{s}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", a.health)
	mux.HandleFunc("GET /v1/services", a.services)
	mux.HandleFunc("POST /v1/seed", a.seed)
	mux.HandleFunc("GET /v1/secrets", func(w http.ResponseWriter, _ *http.Request) { reply(w, s.IAM().Issued()) })
	mux.HandleFunc("GET /v1/journal", a.journal)
	mux.HandleFunc("DELETE /v1/journal", func(w http.ResponseWriter, _ *http.Request) {
		s.Journal().Clear()
		reply(w,
			struct{}{})
	})
	mux.HandleFunc("POST /v1/refused", a.recordRefused)
	mux.HandleFunc("GET /v1/faults", func(w http.ResponseWriter, _ *http.Request) { reply(w, s.Faults().Pending()) })
	mux.HandleFunc("POST /v1/faults", a.addFault)
	mux.HandleFunc("DELETE /v1/faults", func(w http.ResponseWriter, _ *http.Request) {
		s.Faults().Clear()
		reply(w,
			struct{}{})
	})
	mux.HandleFunc("GET /v1/clock", func(w http.ResponseWriter, _ *http.Request) { reply(w, a.clock()) })
	mux.HandleFunc("PUT /v1/clock", a.setClock)
	mux.HandleFunc("GET /v1/trail", func(w http.ResponseWriter, r *http.Request) {
		reply(w,
			s.Trail().Events(r.URL.Query().Get("account")))
	})
	mux.HandleFunc("GET /v1/issuers", func(w http.ResponseWriter, _ *http.Request) { reply(w, s.IssuerList()) })
	mux.HandleFunc("POST /v1/issuers", func(w http.ResponseWriter, r *http.Request) { answer(w, r, s.DeclareIssuer) })
	mux.HandleFunc("POST /v1/tokens", func(w http.ResponseWriter, r *http.Request) { answer(w, r, s.MintToken) })
	mux.HandleFunc("POST /v1/logins", func(w http.ResponseWriter, r *http.Request) { answer(w, r, s.Login) })
	return mux
}

// answer decodes what was sent, does what is asked, and writes what came of it.
func answer[In, Out any](w http.ResponseWriter, r *http.Request, do func(In) (Out, error)) {
	var in In
	if err := decode(w, r, &in); err != nil {
		fail(w, err)
		return
	}
	out, err := do(in)
	if err != nil {
		fail(w, err)
		return
	}
	reply(w, out)
}

type api struct{ server *mockaws.Server }

// ServiceInfo is a service of the mock.
type ServiceInfo struct {
	ID          string   `json:"id"`
	SigningName string   `json:"signingName"`
	Protocol    string   `json:"protocol"`
	Operations  []string `json:"operations"` // those that the mock implements
}

// health is "ok" as long as the journal takes what comes.
func (a api) health(w http.ResponseWriter, _ *http.Request) {
	if err := a.server.Journal().Err(); err != nil {
		failWith(w, http.StatusServiceUnavailable, err)
		return
	}
	reply(w, map[string]string{"status": "ok"})
}

func (a api) services(w http.ResponseWriter, _ *http.Request) {
	var out []ServiceInfo
	for _, s := range a.server.Services() {
		info := ServiceInfo{ID: s.ID, SigningName: s.SigningName, Protocol: string(s.Dialect.Protocol)}
		for i := range s.Operations {
			if s.Operations[i].Handle != nil {
				info.Operations = append(info.Operations, s.Operations[i].Name)
			}
		}
		out = append(out, info)
	}
	reply(w, out)
}

func (a api) seed(w http.ResponseWriter, r *http.Request) {
	seed, err := mockaws.ReadSeed(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		fail(w, err)
		return
	}
	applied, err := a.server.Seed(seed)
	if err != nil {
		fail(w, err)
		return
	}
	reply(w, applied)
}

func (a api) journal(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	since, err1 := number(q.Get("since"))
	wait, err2 := number(q.Get("wait"))
	timeout, err3 := duration(q.Get("timeout"))
	limit, err4 := number(q.Get("limit"))
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		fail(w, err)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), min(timeout, maxWait))
	defer cancel()
	_ = a.server.Journal().Wait(ctx, since, int(wait)) // on a timeout: what there is
	w.Header().Set("Content-Type", "application/json")
	writeArray(w, a.server.Journal().All(since), limit)
}

// writeArray writes a JSON array an element at a time, so that a long one is
// never in memory as a whole: of at most so many elements, 0 for all.
func writeArray[T any](w io.Writer, elements iter.Seq[T], limit int64) {
	separator, enc, n := "[", json.NewEncoder(w), int64(0)
	for e := range elements {
		if _, err := io.WriteString(w, separator); err != nil {
			return // the client went away
		}
		if err := enc.Encode(e); err != nil {
			return
		}
		separator = ","
		if n++; n == limit {
			break
		}
	}
	if n == 0 {
		_, _ = io.WriteString(w, separator)
	}
	_, _ = io.WriteString(w, "]\n")
}

func (a api) recordRefused(w http.ResponseWriter, r *http.Request) {
	var refused wire.Refused
	if err := decode(w, r, &refused); err != nil {
		fail(w, err)
		return
	}
	a.server.RecordRefused(refused)
	reply(w, struct{}{})
}

func (a api) addFault(w http.ResponseWriter, r *http.Request) {
	var f fault.Fault
	if err := decode(w, r, &f); err != nil {
		fail(w, err)
		return
	}
	if err := a.server.Faults().Add(f); err != nil {
		fail(w, err)
		return
	}
	reply(w, a.server.Faults().Pending())
}

// ClockState is the mock's clock.
type ClockState struct {
	Offset string    `json:"offset"`
	Now    time.Time `json:"now"`
}

func (a api) clock() ClockState {
	c := a.server.Clock()
	return ClockState{Offset: c.Offset().String(), Now: c.Now()}
}

func (a api) setClock(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Offset  *string `json:"offset"`
		Advance *string `json:"advance"`
	}
	if err := decode(w, r, &in); err != nil {
		fail(w, err)
		return
	}
	switch {
	case in.Offset != nil && in.Advance == nil:
		d, err := time.ParseDuration(*in.Offset)
		if err != nil {
			fail(w, err)
			return
		}
		a.server.Clock().SetOffset(d)
	case in.Advance != nil && in.Offset == nil:
		d, err := time.ParseDuration(*in.Advance)
		if err != nil {
			fail(w, err)
			return
		}
		a.server.Clock().Advance(d)
	default:
		fail(w, errors.New(`want either {"offset": "1h"} or {"advance": "15m"}`))
		return
	}
	reply(w, a.clock())
}

func decode(w http.ResponseWriter, r *http.Request, into any) error {
	dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	dec.DisallowUnknownFields()
	return dec.Decode(into)
}

func number(text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("%q is not a number from 0", text)
	}
	return n, nil
}

func duration(text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	return time.ParseDuration(text)
}

func reply(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(value) // the client went away
}

func fail(w http.ResponseWriter, err error) { failWith(w, http.StatusBadRequest, err) }

func failWith(w http.ResponseWriter, status int, err error) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"error": err.Error()})
}
