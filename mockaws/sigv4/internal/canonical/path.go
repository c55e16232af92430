package canonical

import "strings"

// AppendPath appends the canonical path.
//
// Every service but S3 normalises the path of the wire (no empty and no dot
// segments) and then encodes it, though it is encoded already: "%3A" becomes
// "%253A". Bedrock's answers to wrong signatures show it (BerriAI/litellm#14763).
// S3 takes the object key as it is and encodes it once.
func AppendPath(b []byte, path string, s3 bool) []byte {
	if s3 {
		return AppendOnce(b, path)
	}
	if !IsNormal(path) {
		path, _ = Normalize(path)
	}
	return AppendAgain(b, path)
}

// AppendAgain encodes a path as it stands, escapes included.
func AppendAgain(b []byte, path string) []byte {
	if path == "" {
		return append(b, '/')
	}
	for i := range len(path) {
		if path[i] == '/' {
			b = append(b, '/')
		} else {
			b = AppendEncoded(b, path[i])
		}
	}
	return b
}

// AppendOnce decodes a path and encodes it once. A slash is never encoded, though the path
// had it as %2F: S3 showed "//bucket/key" for "/%2Fbucket/key" (localstack/localstack,
// test_pre_signed_url_forward_slash_bucket, validated against AWS on 2026-02-21).
func AppendOnce(b []byte, path string) []byte {
	if path == "" {
		return append(b, '/')
	}
	for i := 0; i < len(path); i++ {
		c := path[i]
		if c == '%' {
			if decoded, ok := unhex(path, i); ok {
				c = decoded
				i += 2
			}
		}
		if c == '/' {
			b = append(b, '/')
		} else {
			b = AppendEncoded(b, c)
		}
	}
	return b
}

// IsNormal says that Normalize would change nothing.
func IsNormal(path string) bool {
	if path == "" || path[0] != '/' {
		return false
	}
	return !strings.Contains(path, "//") && !strings.Contains(path, "/.")
}

// Normalize takes empty and dot segments out of a path. Unlike RFC 3986, section
// 5.2.4, it leaves no slash behind for a dot segment at the end, as botocore and
// @smithy/signature-v4 do, and dacut/scratchstack-aws-signature on the server's
// side. ok is false for a path that climbs above the root; it then stays there.
func Normalize(path string) (normal string, ok bool) {
	ok = true
	var kept []string
	segments := strings.Split(path, "/")
	for _, s := range segments {
		switch s {
		case "", ".":
		case "..":
			if len(kept) == 0 {
				ok = false
				continue
			}
			kept = kept[:len(kept)-1]
		default:
			kept = append(kept, s)
		}
	}
	if len(kept) == 0 {
		return "/", ok
	}
	normal = "/" + strings.Join(kept, "/")
	if strings.HasSuffix(path, "/") {
		normal += "/"
	}
	return normal, ok
}
