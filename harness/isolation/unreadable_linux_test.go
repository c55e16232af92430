package isolation

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"net/http"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/hostproof/hostproof/mockaws/wire"
)

func init() {
	// unreadable NAME PROTOCOL: send what no server of HTTP can read, and print what it says
	subjects["unreadable"] = func(args []string) error {
		c, err := tls.Dial("tcp", args[0]+":443", &tls.Config{InsecureSkipVerify: true, NextProtos: args[1:]})
		if err != nil {
			return err
		}
		defer c.Close()
		c.SetDeadline(time.Now().Add(time.Minute))
		request := "GET / HTTP/1.1\r\nHost: a\r\nX-Amz-Security-Token: IQoJ\x01abc\r\n\r\n"
		if args[1] == "h2" {
			// Settings, and headers of stream 1 that are no HPACK (RFC 9113, section 4.1).
			request = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + "\x00\x00\x00\x04\x00\x00\x00\x00\x00" +
				"\x00\x00\x03\x01\x05\x00\x00\x00\x01\xff\xff\xff"
		}
		if _, err := c.Write([]byte(request)); err != nil {
			return err
		}
		answer := bufio.NewReader(c)
		if args[1] == "h2" {
			_, _ = answer.WriteTo(os.Stdout) // until it is told to go away
			return nil
		}
		line, err := answer.ReadString('\n')
		fmt.Print(line)
		return err
	}
}

// recording is a handler that keeps what it is not asked to handle.
type recording struct {
	http.Handler
	mu   sync.Mutex
	list []wire.Refused
}

func (r *recording) RecordRefused(x wire.Refused) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.list = append(r.list, x)
}

// TestUnreadableRequestsAreRecorded: what net/http refuses reaches the mock's journal, too.
func TestUnreadableRequestsAreRecorded(t *testing.T) {
	for protocol, want := range map[string]wire.Refused{
		"http/1.1": {Proto: "HTTP/1.1", TLS: true, Status: 400, Answer: "HTTP/1.1 400 Bad Request"},
		"h2":       {Proto: "HTTP/2.0", TLS: true, Answer: "GOAWAY COMPRESSION_ERROR"},
	} {
		mock := &recording{Handler: echo}
		o := run(t, Config{Argv: subject("unreadable", bedrock, protocol), AWS: mock})
		if len(mock.list) != 1 {
			t.Errorf("%s: recorded %+v; it printed %q", protocol, mock.list, o.stdout)
			continue
		}
		got := mock.list[0]
		if want.RemoteAddr = got.RemoteAddr; got != want {
			t.Errorf("%s: recorded %+v, want %+v", protocol, got, want)
		}
	}
}
