package metadata

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/hostproof/hostproof/mockaws/fault"
)

// Credentials are what a Vendor issues. Printing, logging or marshalling them
// never shows the secret or the token; read the fields to hand them out.
type Credentials struct {
	RoleName string // without its path; empty means the one in RoleARN
	RoleARN  string
	// AccountID has 12 digits; empty means the account in RoleARN.
	AccountID       string
	AccessKeyID     string
	SecretAccessKey string
	Token           string
	Expiration      time.Time
	// LastUpdated is when they were issued; zero means now.
	LastUpdated time.Time
}

// String names role, key and expiration.
func (c Credentials) String() string {
	return fmt.Sprintf("%s of %s, until %s", c.AccessKeyID, cmp.Or(c.RoleARN, c.RoleName, "a user"),
		stamp(c.Expiration))
}

// GoString is String, so that %#v shows no secret either.
func (c Credentials) GoString() string { return c.String() }

// LogValue is for log/slog.
func (c Credentials) LogValue() slog.Value { return slog.StringValue(c.String()) }

// MarshalJSON writes everything but secret and token.
func (c Credentials) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		RoleName    string    `json:"roleName"`
		RoleARN     string    `json:"roleArn"`
		AccountID   string    `json:"accountId"`
		AccessKeyID string    `json:"accessKeyId"`
		Expiration  time.Time `json:"expiration"`
		LastUpdated time.Time `json:"lastUpdated"`
	}{c.role(), c.RoleARN, c.account(), c.AccessKeyID, c.Expiration, c.LastUpdated})
}

// Vendor issues credentials. It is called for each request that is to be
// answered with credentials, and may be called from several goroutines at once.
// ErrNoRole, ErrNotReady and AssumeRoleError are answered as the real endpoint
// does; any other error is answered as a failure of the endpoint, and told to
// the observer, not to the subject.
type Vendor interface {
	Vend(context.Context) (Credentials, error)
}

// VendorFunc is a function as a Vendor.
type VendorFunc func(context.Context) (Credentials, error)

// Vend calls f.
func (f VendorFunc) Vend(ctx context.Context) (Credentials, error) { return f(ctx) }

// ErrNoRole is a Vendor's error if the host has no role for the program.
var ErrNoRole = errors.New("no role is attached")

// ErrNotReady is a Vendor's error while the role's credentials have not arrived.
var ErrNotReady = errors.New("the credentials are not ready yet")

// AssumeRoleError says that the host could not assume the role, because its
// trust policy does not let it.
type AssumeRoleError struct {
	RoleName string
	// Code and Message replace the endpoint's own ones; both may be empty.
	Code, Message string
	// Why is what the trust policy does not allow, for the journal; it is never sent.
	Why string
}

// Error is one line.
func (e *AssumeRoleError) Error() string {
	return fmt.Sprintf("the host may not assume role %s: %s", e.RoleName,
		cmp.Or(e.Code, e.Why, "its trust policy does not let it"))
}

// Fixed is a Vendor of the same credentials forever.
func Fixed(c Credentials) Vendor {
	return VendorFunc(func(context.Context) (Credentials, error) { return c, nil })
}

// Failing is a Vendor that has nothing but an error.
func Failing(err error) Vendor {
	return VendorFunc(func(context.Context) (Credentials, error) { return Credentials{}, err })
}

// staleBy is how long ago stale credentials say that they expired.
const staleBy = 5 * time.Minute

// vend asks a vendor, and makes the credentials look expired if a fault of the
// request says so. They end at a full second, as EKS documents for its own
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_auth_Credentials.html) and as the
// answers of the other endpoints show: there are clients that take no fraction.
func (s Settings) vend(ctx context.Context, v Vendor) (Credentials, error) {
	c, err := v.Vend(ctx)
	if f, ok := ctx.Value(faultKey{}).(*fault.Fault); ok && f.Kind == fault.KindStale && err == nil {
		c.Expiration = s.Now().Add(-cmp.Or(f.Delay, staleBy))
		c.LastUpdated = c.Expiration.Add(-time.Hour)
	}
	c.Expiration = c.Expiration.Truncate(time.Second)
	return c, err
}
