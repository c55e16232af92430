package isolation_test

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"os"
	"time"

	"github.com/hostproof/hostproof/harness/isolation"
)

func ExampleStart() {
	answer := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "hello from", r.Host) })
	p, err := isolation.Start(context.Background(), isolation.Config{
		Argv: []string{"curl", "-sS", "https://sts.us-east-1.amazonaws.com", "http://169.254.169.254/latest",
			"https://example.com"},
		Env:       []string{"PATH=" + os.Getenv("PATH")},
		Stdout:    os.Stdout,
		AWS:       answer,
		Addresses: map[netip.AddrPort]http.Handler{netip.MustParseAddrPort("169.254.169.254:80"): answer},
		Timeout:   time.Minute,
	})
	if err != nil {
		fmt.Println(err) // no sandbox here
		return
	}
	exit, err := p.Wait()
	fmt.Println(exit.Code, err, p.Refused())
}
