package connect

// Login is what somebody logs in with, and where: a token, or a password of Redshift.
type Login struct {
	// Token is the presigned request: "db.example:5432/?Action=connect&DBUser=app&X-Amz-…",
	// in MSK's form, in base64, or in that of EKS, "k8s-aws-v1.…".
	Token string `json:"token,omitempty"`
	// Resource names what the token does not: the DbiResourceId of a database of RDS,
	// "db-ABCDEFGHIJKL01234", the name and id of a cluster of MSK, "orders/0b1c…-7", or the
	// name of a cluster of EKS. With a password it is the name of the database, "" where
	// that does not matter.
	Resource string `json:"resource,omitempty"`
	// User is the name that is logged in with, "" where it does not matter. A token or a
	// password for another is refused. A password needs it, as it was handed out: "IAM:app".
	User string `json:"user,omitempty"`
	// Password is what redshift:GetClusterCredentials, GetClusterCredentialsWithIAM or
	// redshift-serverless:GetCredentials gave, instead of Token.
	Password string `json:"password,omitempty"`
	// Host is the endpoint that a password is used at, with or without a port:
	// "sales.abc123xyz789.us-east-1.redshift.amazonaws.com:5439" or
	// "sales.111122223333.us-east-1.redshift-serverless.amazonaws.com".
	Host string `json:"host,omitempty"`
}

// String leaves token and password out.
func (l Login) String() string { return "login of " + l.User + " at " + l.Host + l.Resource }

// GoString leaves token and password out.
func (l Login) GoString() string { return l.String() }
