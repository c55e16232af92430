package deploy

import (
	"net/http"
	"sync"
	"time"

	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws"
)

// noMetadata stands where an SDK looks for instance metadata: on a host that
// has none, the lookup must end at once, be seen, and reach no real network.
type noMetadata struct {
	mu       sync.Mutex
	listener *mockaws.Listener
	probes   []ledger.Probe
}

// url is where it listens, from the first call on.
func (n *noMetadata) url() (string, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.listener == nil {
		l, err := mockaws.Listen("127.0.0.1:0", n)
		if err != nil {
			return "", err
		}
		n.listener = l
	}
	return n.listener.URL, nil
}

func (n *noMetadata) close() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.listener == nil {
		return nil
	}
	return n.listener.Close()
}

// ServeHTTP notes the lookup and says that nothing is there.
func (n *noMetadata) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n.mu.Lock()
	n.probes = append(n.probes, ledger.Probe{Target: "instance metadata", Method: r.Method, Path: r.URL.Path,
		Time: time.Now()})
	n.mu.Unlock()
	http.Error(w, "this host has no instance metadata", http.StatusNotFound)
}

// take returns the lookups so far and forgets them.
func (n *noMetadata) take() []ledger.Probe {
	n.mu.Lock()
	defer n.mu.Unlock()
	out := n.probes
	n.probes = nil
	return out
}
