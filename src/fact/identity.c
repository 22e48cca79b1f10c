/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/identity.h"

/*
 * Copies s in lower case into out, cut at max. An address has at most 254 bytes (RFC 5321 4.5.3.1),
 * so the cut at 512 affects only addresses that no server accepts. These hashes are stored: never
 * change how they are made.
 */
static size_t
lower_into(char *out, size_t max, struct rep_str s)
{
	size_t n = s.n < max ? s.n : max;

	for (size_t i = 0; i < n; i++)
		out[i] = rep_lower(s.p[i]);
	return n;
}

uint64_t
rep_recipient_hash(const struct rep_key *k, struct rep_str recipient)
{
	char buf[512];

	return rep_siphash(k, (struct rep_str){ buf, lower_into(buf, sizeof buf, recipient) });
}

uint64_t
rep_recipient_identity(const struct rep_key *k, struct rep_str recipient, struct rep_str orig_to)
{
	char buf[1025];
	size_t n;

	n = lower_into(buf, 512, recipient);
	buf[n++] = '\0';
	n += lower_into(buf + n, 512, orig_to);
	return rep_siphash(k, (struct rep_str){ buf, n });
}

uint64_t
rep_fact_identity(const struct rep_key *k, const struct rep_fact *f)
{
	uint64_t numbers[3] = { f->recipient.n > 0
		    ? rep_recipient_identity(k, f->recipient, f->orig_to)
		    : f->identity_hash,
		(uint64_t)f->at_s, (uint64_t)f->status };
	struct rep_str host = rep_str_sub(f->log_host, 0, 255),
		       id = rep_str_sub(f->queue_id, 0, 64);
	char buf[sizeof numbers + 320];
	size_t n = sizeof numbers;

	memcpy(buf, numbers, n);
	if (host.n > 0)
		memcpy(buf + n, host.p, host.n);
	n += host.n;
	buf[n++] = '\0';
	if (id.n > 0)
		memcpy(buf + n, id.p, id.n);
	n += id.n;
	return rep_siphash(k, (struct rep_str){ buf, n });
}
