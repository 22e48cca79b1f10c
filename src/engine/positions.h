/*
 * engine/positions.h -- how far an input was read, and how reading continues there.
 *
 * An input is recognised by its content, never by its name: by keyed hashes of its first bytes and
 * of the bytes before the position. So a log that was rotated or packed is continued, and a log
 * that was started again is a new one. The position only saves time: without it every fact is
 * looked up, and still none counts twice.
 *
 * Nothing is written here. The position goes into the store together with what was read up to it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_POSITIONS_H
#define REP_ENGINE_POSITIONS_H

#include "engine/order.h"
#include "store/store.h"

/*
 * Looks for the input in the store. When it is there, *in becomes what the store has (with the name
 * that *in has now), and the reader is placed after what was read. An input that cannot go back (a
 * pipe) is recognised too, but is read from where it is. May open the file again.
 */
enum rep_rc rep_position_find(struct rep_store *store, const struct rep_key *key,
    struct rep_reader *reader, struct rep_order_input *o, struct rep_input *in,
    struct rep_err *err) REP_NODISCARD;

/*
 * Places the reader after what was read of `found`. False when the input has something else there.
 */
bool rep_position_goes_on(struct rep_reader *reader, const struct rep_reader_input *in,
    const struct rep_key *key, const struct rep_input *found, struct rep_err *err);

/*
 * Puts the position of `mark` into *in. `head` has the first bytes of the input. `lines` and `bad`
 * count its lines so far, with the last one.
 */
void rep_position_note(struct rep_input *in, const struct rep_key *key, struct rep_str head,
    const struct rep_lines_mark *mark, uint64_t lines, uint64_t bad, int64_t clock_s);

#endif
