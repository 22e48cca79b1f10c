/*
 * tests/fuzz/fuzz_postqueue.c -- lines of postqueue -j, changed in place.
 *
 * What is a message for us is JSON for jansson, with as many recipients.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include <jansson.h>

#include "intake/postqueue.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *line = malloc(size + 1);
	struct rep_waiting_recipient r;
	struct rep_queue_message m;
	struct rep_err err = { .msg = "" };
	size_t n = 0;
	json_t *o;

	MUST(line != NULL);
	memcpy(line, data, size);
	if (rep_postqueue_read(line, size, &m, &err) == REP_OK) {
		MUST(m.queue_id.n > 0 && m.arrival_s >= 0 && m.size >= 0);
		fuzz_touch(m.queue_id);
		fuzz_touch(m.sender);
		for (; rep_postqueue_next(&m, &r); n++) {
			fuzz_touch(r.address);
			fuzz_touch(r.reason);
		}
		MUST(m.at >= m.recipients.n);
		/* jansson is stricter about bytes; where it agrees, the count must. */
		o = json_loadb((const char *)data, size, JSON_ALLOW_NUL, NULL);
		if (o != NULL) {
			const json_t *v = json_object_get(o, "recipients");

			MUST(v == NULL || json_array_size(v) == n);
			json_decref(o);
		}
	} else {
		MUST(err.msg[0] != '\0');
	}
	free(line);
	return 0;
}
