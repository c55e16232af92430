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

// refusedBy reads what came after the IP header in a packet that the subject
// got from an address, and finds whom the subject could not reach by it:
//
//   - a TCP reset that answers a SYN: with ACK and sequence number 0 (RFC 9293
//     section 3.5.2);
//   - an ICMP destination unreachable (RFC 792, RFC 4443), for the packet it quotes.
func refusedBy(proto byte, from netip.Addr, b []byte) (target, bool) {
	const (
		rst, ack                   = 0x04, 0x10
		unreachable4, unreachable6 = 3, 1
	)
	switch {
	case proto == protoTCP && len(b) >= 20:
		if b[13]&(rst|ack) == rst|ack && binary.BigEndian.Uint32(b[4:]) == 0 {
			return target{network: "tcp", addr: from, port: binary.BigEndian.Uint16(b)}, true
		}
	case proto == protoICMP && len(b) >= 8 && b[0] == unreachable4,
		proto == protoICMPv6 && len(b) >= 8 && b[0] == unreachable6:
		return quoted(b[8:])
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
