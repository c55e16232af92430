package harness

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/admin"
)

// MockVariable names the environment variable that says where a deployment's
// mock AWS runs: "embedded" (the default) or "container".
const MockVariable = "HOSTPROOF_MOCK"

// Mock is a mock AWS that a deployment talks to; embedded or not, through the
// same management API.
type Mock struct {
	URL string // where AWS calls go, "http://127.0.0.1:45661"
	// Handler answers AWS calls in this process; nil: they are passed on to URL.
	Handler http.Handler
	Admin   *admin.Client // its management API
	Close   func(context.Context) error
}

var (
	mocksMu sync.Mutex
	mocks   = map[string]func(context.Context) (*Mock, error){"embedded": startEmbedded}
)

// RegisterMock adds a way to run the mock; package
// harness/isolation/container registers "container" when it is imported.
func RegisterMock(name string, start func(context.Context) (*Mock, error)) {
	mocksMu.Lock()
	defer mocksMu.Unlock()
	mocks[name] = start
}

// mockMode is the mode that was asked for, by option or variable.
func mockMode(option string) string {
	if option != "" {
		return option
	}
	if fromEnv := os.Getenv(MockVariable); fromEnv != "" {
		return fromEnv
	}
	return "embedded"
}

func startMock(ctx context.Context, mode string) (*Mock, error) {
	mocksMu.Lock()
	start, known := mocks[mode], slices.Sorted(maps.Keys(mocks))
	mocksMu.Unlock()
	if start == nil && mode == "container" {
		return nil, fmt.Errorf(`%s=container: this program was built without it; import _ "github.com/hostproof/hostproof/harness/isolation/container"`, MockVariable)
	}
	if start == nil {
		return nil, fmt.Errorf("%s=%s: want one of %s", MockVariable, mode, strings.Join(known, ", "))
	}
	return start(ctx)
}

// startEmbedded runs the mock in this process, on loopback.
func startEmbedded(context.Context) (*Mock, error) {
	server := mockaws.New()
	aws, err := mockaws.Listen("127.0.0.1:0", server)
	if err != nil {
		return nil, err
	}
	management, err := mockaws.Listen("127.0.0.1:0", admin.Handler(server))
	if err != nil {
		_ = aws.Close() // the first error is the one to report
		return nil, err
	}
	client := admin.NewClient(management.URL)
	return &Mock{URL: aws.URL, Handler: server, Admin: client, Close: func(context.Context) error {
		client.Close()
		err := aws.Close()
		return errors.Join(err, management.Close(), server.Close())
	}}, nil
}
