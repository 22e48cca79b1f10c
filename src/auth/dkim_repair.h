/*
 * auth/dkim_repair.h -- a DKIM key record that was pasted wrongly, read as it was meant.
 *
 * Quotes and backslashes inside of it, the lines BEGIN and END of a PEM file, a whole line of a zone
 * file, "," for ";", characters of a word processor, base64 for URLs, no p= in front of the key: the
 * key itself is often whole all the same. It counts only if nothing is missing and nothing is left
 * over: its DER ends where the base64 ends, and OpenSSL takes it as a public key that receivers may
 * accept (RSA of 1024 to 4096 bits, RFC 8301, 3.2; ed25519, RFC 8463). Nothing is guessed.
 *
 * Pure: no network, no clock. What was pasted is outside data.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_AUTH_DKIM_REPAIR_H
#define REP_AUTH_DKIM_REPAIR_H

#include "auth/dkim_key.h"

enum { REP_DKIM_REPAIR_NOTES = 14 };

struct rep_dkim_repair {
	struct rep_str record; /* in the arena, read by rep_dkim_key_parse; n == 0: none */
	bool secret;	       /* what is published is the private key */
	const char *note[REP_DKIM_REPAIR_NOTES]; /* what was wrong: "quotes inside of the record" */
	size_t notes;
};

/*
 * A record whose key can be read, without what limits it: the flag y of t= (a test), h= where it does
 * not allow sha256, s= where it is not for mail; `short_form`: n= too. All else stays as it is. n == 0: none
 * of it is there, or without it there would be no good key.
 */
struct rep_str rep_dkim_unlimited(struct rep_str txt, bool short_form, struct rep_arena *a);

/* `txt` is the text of a record that rep_dkim_key_parse does not take. */
void rep_dkim_repair(struct rep_str txt, struct rep_arena *a, struct rep_dkim_repair *out);

#endif
