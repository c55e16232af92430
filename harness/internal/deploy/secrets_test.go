package deploy

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/hostproof/hostproof/harness/internal/inmemory"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/project"
	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/admin"
)

// startElsewhere runs a mock that the engine reaches by its network and its
// management API alone, as one in a container.
func startElsewhere(context.Context) (*Mock, error) {
	server := mockaws.New()
	l, err := mockaws.Listen("127.0.0.1:0", server)
	if err != nil {
		return nil, err
	}
	management := inmemory.Serve(admin.Handler(server))
	address := strings.TrimPrefix(l.URL, "http://")
	return &Mock{
		Dial: func(ctx context.Context) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "tcp", address)
		},
		Admin: admin.NewClientOver(management.Transport, "http://management"),
		Close: func(context.Context) error { return errors.Join(l.Close(), management.Close(), server.Close()) },
	}, nil
}

// TestSecretsIssuedDuringARunAreKnown holds for a mock in this process and for one
// elsewhere: what STS hands to a program is in no output.
func TestSecretsIssuedDuringARunAreKnown(t *testing.T) {
	RegisterMock("container", startElsewhere) // nothing else in this package's tests has one
	for _, mock := range []string{"embedded", "container"} {
		t.Run(mock, func(t *testing.T) {
			d, err := Start(t.Context(), "local", Settings{Project: project.Project{
				Mock: mock, Isolation: isolation.Endpoint, Set: map[string]string{"AWS_REGION": "us-east-1"},
				Users: []project.User{{Name: "app", Key: []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}}},
			}})
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := d.Close(context.WithoutCancel(t.Context())); err != nil {
					t.Error(err)
				}
			}()
			var issued string
			r, err := d.Run(t.Context(), Func("asks STS", func(ctx context.Context) error {
				c, err := config.LoadDefaultConfig(ctx)
				if err != nil {
					return err
				}
				out, err := sts.NewFromConfig(c).GetSessionToken(ctx, &sts.GetSessionTokenInput{})
				if err != nil {
					return err
				}
				issued = *out.Credentials.SecretAccessKey
				return errors.New("I show " + issued)
			}))
			if err != nil || issued == "" {
				t.Fatalf("issued %d characters, %v, %v", len(issued), err, r)
			}
			if got := r.Scrub(r.Err.Error()); strings.Contains(got, issued) || !strings.HasPrefix(got, "I show ") {
				t.Errorf("a secret that STS issued shows: %d characters of it", len(got))
			}
		})
	}
}
