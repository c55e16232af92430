package isolation

import (
	"bytes"
	"encoding/hex"
	"net/netip"
	"strings"
	"testing"
)

// unhex reads bytes; spaces are for the reader.
func unhex(t testing.TB, s string) []byte {
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

const (
	// 1.1.1.1:443 > 192.0.2.2:40000, what follows the IP header
	resetOfSYN  = "01bb 9c40 00000000 12345679 5014 0000 0000 0000"
	resetLater  = "01bb 9c40 00000001 12345679 5014 0000 0000 0000"
	resetNoACK  = "01bb 9c40 00000000 00000000 5004 0000 0000 0000"
	synACK      = "01bb 9c40 00000000 12345679 5012 0000 0000 0000"
	unreachable = "0303 0000 00000000"
	// UDP 192.0.2.2:40000 > 8.8.8.8:53
	udp4 = "4500 001c 0000 0000 4011 0000 c0000202 08080808  9c40 0035 0008 0000"
	// the same with four bytes of IP options
	udp4Options = "4600 0020 0000 0000 4011 0000 c0000202 08080808 01010101  9c40 0035 0008 0000"
	sctp4       = "4500 0020 0000 0000 4084 0000 c0000202 08080808  9c40 0035 0000 0000 0000 0000"
	ping4       = "4500 001c 0000 0000 4001 0000 c0000202 08080808  0800 0000 0001 0001"
	tcp6        = "6000 0000 0014 0640 20010db8000000000000000000000002 20014860486000000000000000008888  9c40 01bb " +
		"12345678 00000000 5002 0000 0000 0000"
)

func TestRefusedBy(t *testing.T) {
	for _, c := range []struct {
		name   string
		proto  byte
		packet string
		want   string // of the Attempt; empty for none
	}{
		{"reset of a SYN", protoTCP, resetOfSYN, "1.1.1.1:443 (tcp)"},
		{"reset of a connection", protoTCP, resetLater, ""},
		{"reset without ACK", protoTCP, resetNoACK, ""},
		{"SYN and ACK", protoTCP, synACK, ""},
		{"short TCP", protoTCP, "01bb", ""},
		{"UDP unreachable", protoICMP, unreachable + udp4, "8.8.8.8:53 (udp)"},
		{"UDP with options", protoICMP, unreachable + udp4Options, "8.8.8.8:53 (udp)"},
		{"protocol unreachable", protoICMP, "0302 0000 00000000" + sctp4, "8.8.8.8 (ip:132)"},
		{"ping", protoICMP, "0301 0000 00000000" + ping4, "8.8.8.8 (icmp)"},
		{"TCP over IPv6", protoICMPv6, "0104 0000 00000000" + tcp6, "[2001:4860:4860::8888]:443 (tcp)"},
		{"echo reply", protoICMP, "0000 0000 00000000" + udp4, ""},
		{"time exceeded over IPv6", protoICMPv6, "0300 0000 00000000" + tcp6, ""},
		{"nothing quoted", protoICMP, unreachable, ""},
		{"half a header quoted", protoICMP, unreachable + "4500 001c", ""},
		{"header length beyond the end", protoICMP, unreachable + "4f00 001c 0000 0000 4011 0000 c0000202 08080808",
			""},
		{"header length below the least", protoICMP, unreachable +
			"4100 001c 0000 0000 4011 0000 c0000202 08080808 9c40 0035", ""},
		{"no IP version", protoICMP, unreachable + strings.Repeat("00", 40), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, ok := refusedBy(c.proto, netip.MustParseAddr("1.1.1.1"), unhex(t, c.packet))
			line := ""
			if ok {
				line = Attempt{Addr: got.addr, Port: got.port, Network: got.network, Count: 1}.String()
			}
			if line != c.want {
				t.Errorf("got %q, want %q", line, c.want)
			}
		})
	}
}

func FuzzRefusedBy(f *testing.F) {
	for _, s := range []string{resetOfSYN, unreachable + udp4, unreachable + udp4Options, "0104 0000 00000000" + tcp6,
		unreachable} {
		for _, proto := range []byte{protoTCP, protoICMP, protoICMPv6} {
			f.Add(proto, unhex(f, s))
		}
	}
	from := netip.MustParseAddr("1.1.1.1")
	f.Fuzz(func(t *testing.T, proto byte, packet []byte) {
		before := bytes.Clone(packet)
		got, ok := refusedBy(proto, from, packet)
		if ok && (got.network == "" || !got.addr.IsValid()) || !ok && got != (target{}) {
			t.Errorf("%+v, %v", got, ok)
		}
		if !bytes.Equal(packet, before) {
			t.Error("the packet has changed")
		}
	})
}
