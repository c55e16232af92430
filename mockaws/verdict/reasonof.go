package verdict

// This file says which Reason each cause belongs to.

// Reason is BothMechanisms.
func (SignedTwice) Reason() Reason { return BothMechanisms }

// Reason is MissingAuthentication.
func (Unauthenticated) Reason() Reason { return MissingAuthentication }

// Reason is UnsupportedScheme.
func (ForeignScheme) Reason() Reason { return UnsupportedScheme }

// Reason is MalformedAuthorization.
func (BadPiece) Reason() Reason { return MalformedAuthorization }

// Reason is MissingParameters.
func (MissingParts) Reason() Reason { return MissingParameters }

// Reason is MissingQueryParameters.
func (MissingQuery) Reason() Reason { return MissingQueryParameters }

// Reason is MalformedQuery.
func (BadEscape) Reason() Reason { return MalformedQuery }

// Reason is HostNotSigned.
func (UnsignedHost) Reason() Reason { return HostNotSigned }

// Reason is MalformedDate.
func (BadDate) Reason() Reason { return MalformedDate }

// Reason is SignatureExpired.
func (OldSignature) Reason() Reason { return SignatureExpired }

// Reason is SignatureNotYetCurrent.
func (EarlySignature) Reason() Reason { return SignatureNotYetCurrent }

// Reason is MalformedCredential.
func (BadCredential) Reason() Reason { return MalformedCredential }

// Reason is WrongScope.
func (ForeignScope) Reason() Reason { return WrongScope }

// Reason is TokenMalformed.
func (BadToken) Reason() Reason { return TokenMalformed }

// Reason is TokenForOtherKey.
func (ForeignToken) Reason() Reason { return TokenForOtherKey }

// Reason is TokenExpired.
func (OldToken) Reason() Reason { return TokenExpired }

// Reason is TokenMissing.
func (NoToken) Reason() Reason { return TokenMissing }

// Reason is KeyUnknown.
func (UnknownKey) Reason() Reason { return KeyUnknown }

// Reason is KeyInactive.
func (InactiveKey) Reason() Reason { return KeyInactive }

// Reason is KeyDeleted.
func (DeletedKey) Reason() Reason { return KeyDeleted }

// Reason is SignatureMismatch.
func (OtherSignature) Reason() Reason { return SignatureMismatch }

// Reason is PayloadHashMismatch.
func (OtherPayload) Reason() Reason { return PayloadHashMismatch }

// Reason is PayloadHashMissing.
func (NoPayloadHash) Reason() Reason { return PayloadHashMissing }

// Reason is PayloadHashMalformed.
func (BadPayloadHash) Reason() Reason { return PayloadHashMalformed }

// Reason is HeadersNotSigned.
func (UnsignedHeaders) Reason() Reason { return HeadersNotSigned }

// Reason is ChunkSignatureMismatch.
func (OtherChunkSignature) Reason() Reason { return ChunkSignatureMismatch }

// Reason is ChunkMalformed.
func (BadChunk) Reason() Reason { return ChunkMalformed }

// Reason is ChunkTooSmall.
func (SmallChunk) Reason() Reason { return ChunkTooSmall }

// Reason is TrailerMalformed.
func (BadTrailer) Reason() Reason { return TrailerMalformed }

// Reason is ChecksumMismatch.
func (OtherChecksum) Reason() Reason { return ChecksumMismatch }

// Reason is PresignExpired.
func (OldPresign) Reason() Reason { return PresignExpired }

// Reason is PresignNotYetValid.
func (EarlyPresign) Reason() Reason { return PresignNotYetValid }

// Reason is PresignExpiresInvalid.
func (BadExpires) Reason() Reason { return PresignExpiresInvalid }

// Reason is BearerMalformed.
func (BadBearer) Reason() Reason { return BearerMalformed }

// Reason is BearerInvalid.
func (UnknownBearer) Reason() Reason { return BearerInvalid }

// Reason is BearerExpired.
func (OldBearer) Reason() Reason { return BearerExpired }

// Reason is UnknownOperation.
func (NoOperation) Reason() Reason { return UnknownOperation }

// Reason is UnsupportedOperation.
func (Gap) Reason() Reason { return UnsupportedOperation }

// Reason is MalformedRequest.
func (BadRequest) Reason() Reason { return MalformedRequest }

// Reason is Denied.
func (Denial) Reason() Reason { return Denied }

// Reason is Injected.
func (Injection) Reason() Reason { return Injected }

// Reason is OperationFailed.
func (Failure) Reason() Reason { return OperationFailed }
