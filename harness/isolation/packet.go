package isolation

import (
	"encoding/binary"
	"fmt"
	"net/netip"
)

const (
	protoICMP   = 1
	protoTCP    = 6
	protoUDP    = 17
	protoICMPv6 = 58
)

// refusedBy reads a packet, from its network header on, that the kernel sent
// (outgoing) or received, and finds whom the subject could not reach by it:
//
//   - a TCP reset that answers a SYN: with ACK and sequence number 0 (RFC 9293
//     section 3.5.2);
//   - an ICMP destination unreachable (RFC 792, RFC 4443), for the packet it quotes;
//   - a packet that nothing answers: a ping, or UDP to many.
func refusedBy(packet []byte, outgoing bool) (target, bool) {
	ip, ok := parseIP(packet)
	if !ok {
		return target{}, false
	}
	p := ip.payload
	switch {
	case ip.proto == protoTCP && outgoing:
		const rst, ack = 0x04, 0x10
		if len(p) < 20 || p[13]&(rst|ack) != rst|ack || binary.BigEndian.Uint32(p[4:]) != 0 {
			return target{}, false
		}
		return target{network: "tcp", addr: ip.src, port: binary.BigEndian.Uint16(p)}, true
	case ip.proto == protoUDP && !outgoing && toMany(ip.dst) && len(p) >= 8:
		return target{network: "udp", addr: ip.dst, port: binary.BigEndian.Uint16(p[2:])}, true
	case (ip.proto == protoICMP || ip.proto == protoICMPv6) && len(p) >= 8:
		const unreachable4, unreachable6, echo4, echo6 = 3, 1, 8, 128
		typ := p[0]
		if outgoing && (ip.proto == protoICMP && typ == unreachable4 || ip.proto == protoICMPv6 && typ == unreachable6) {
			return quoted(p[8:])
		}
		if !outgoing && (ip.proto == protoICMP && typ == echo4 || ip.proto == protoICMPv6 && typ == echo6) {
			return target{network: "icmp", addr: ip.dst}, true
		}
	}
	return target{}, false
}

// quoted reads the packet that an ICMP error quotes.
func quoted(packet []byte) (target, bool) {
	ip, ok := parseIP(packet)
	if !ok {
		return target{}, false
	}
	switch {
	case (ip.proto == protoTCP || ip.proto == protoUDP) && len(ip.payload) >= 4:
		network := "udp"
		if ip.proto == protoTCP {
			network = "tcp"
		}
		return target{network: network, addr: ip.dst, port: binary.BigEndian.Uint16(ip.payload[2:])}, true
	case ip.proto == protoICMP || ip.proto == protoICMPv6:
		return target{network: "icmp", addr: ip.dst}, true
	}
	return target{network: fmt.Sprintf("ip:%d", ip.proto), addr: ip.dst}, true
}

func toMany(a netip.Addr) bool {
	return a.IsMulticast() || a == netip.AddrFrom4([4]byte{255, 255, 255, 255})
}

type ipPacket struct {
	proto    byte
	src, dst netip.Addr
	payload  []byte
}

// parseIP reads an IPv4 or IPv6 header. IPv6 extension headers are not followed:
// no socket sends them unless told to.
func parseIP(b []byte) (ipPacket, bool) {
	if len(b) < 20 {
		return ipPacket{}, false
	}
	switch b[0] >> 4 {
	case 4:
		header := int(b[0]&0xf) * 4
		if header < 20 || len(b) < header {
			return ipPacket{}, false
		}
		return ipPacket{b[9], netip.AddrFrom4([4]byte(b[12:16])), netip.AddrFrom4([4]byte(b[16:20])), b[header:]}, true
	case 6:
		if len(b) < 40 {
			return ipPacket{}, false
		}
		return ipPacket{b[6], netip.AddrFrom16([16]byte(b[8:24])), netip.AddrFrom16([16]byte(b[24:40])), b[40:]}, true
	}
	return ipPacket{}, false
}
