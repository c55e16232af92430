package service

import "github.com/hostproof/hostproof/mockaws/exchange"

// WebIdentity is whom a verified OpenID Connect token stands for.
type WebIdentity = exchange.WebIdentity
