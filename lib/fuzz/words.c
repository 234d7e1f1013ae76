// SPDX-License-Identifier: LGPL-2.1-only
/*
 * words - what a program compares packets with
 *
 * Constants of its code, in both orders of bytes, since it may compare before
 * or after a packet's are turned around; and what is in its maps and constants
 * when a test begins: addresses and ports that it knows.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "prog/code.h"
#include "test/maps.h"

#define WORDS_MAX 4096

static bool is_known(const struct fuzz_words *words,
		     const struct fuzz_word *word)
{
	for (size_t i = 0; i < words->nr; i++)
		if (words->at[i].length == word->length &&
		    !memcmp(words->at[i].bytes, word->bytes, word->length))
			return true;
	return false;
}

static int add(struct fuzz_words *words, const struct fuzz_word *word)
{
	struct fuzz_word *at;

	if (words->nr == WORDS_MAX || is_known(words, word))
		return 0;
	at = reallocarray(words->at, words->nr + 1, sizeof(*at));
	if (!at)
		return fail(-ENOMEM, "fuzz: out of memory");
	at[words->nr++] = *word;
	words->at = at;
	return 0;
}

static size_t length_of(uint64_t number)
{
	if (number <= UINT8_MAX)
		return 1;
	if (number <= UINT16_MAX)
		return 2;
	return number <= UINT32_MAX ? 4 : 8;
}

static int add_number(struct fuzz_words *words, uint64_t number)
{
	struct fuzz_word big = { .length = length_of(number) }, little = big;
	int err;

	for (size_t i = 0; i < big.length; i++) {
		little.bytes[i] = number >> 8 * i;
		big.bytes[big.length - 1 - i] = little.bytes[i];
	}
	err = add(words, &big);
	return err ?: add(words, &little);
}

static bool compares(const struct bpf_insn *insn)
{
	uint8_t class = BPF_CLASS(insn->code), op = BPF_OP(insn->code);

	if (BPF_SRC(insn->code) != BPF_K || insn_is_wide(insn))
		return false;
	if (class == BPF_JMP || class == BPF_JMP32)
		return op != BPF_JA && op != BPF_CALL && op != BPF_EXIT;
	if (class != BPF_ALU && class != BPF_ALU64)
		return false;
	return op == BPF_MOV || op == BPF_XOR || op == BPF_AND || op == BPF_OR;
}

int fuzz_words_add(struct fuzz_words *words, const struct code *code)
{
	int err = 0;

	for (size_t i = 0; !err && i < code->nr_insns; i++) {
		const struct bpf_insn *insn = &code->insns[i];
		bool is_wide = insn_is_wide(insn);
		uint64_t high = is_wide ? (uint32_t)insn[1].imm : 0;

		if ((is_wide && !insn->src_reg) || compares(insn))
			err = add_number(words,
					 high << 32 | (uint32_t)insn->imm);
		i += is_wide;
	}
	return err;
}

/* ---- what is in maps ---- */

#define ROWS_MAX 64
#define ROW_MAX	 256

static int add_bytes(struct fuzz_words *words, const char *bytes, size_t length)
{
	struct fuzz_word word = { .length = length };

	memcpy(word.bytes, bytes, length);
	return add(words, &word);
}

/* A key, or value, if it is short, and its parts as long as ports and addresses
 * are. */
static int add_parts(struct fuzz_words *words, const char *bytes, size_t length)
{
	static const size_t lengths[] = { 2, 4, 16 };
	int err = 0;

	if (length > ROW_MAX)
		length = ROW_MAX;
	if (length <= sizeof(words->at->bytes))
		err = add_bytes(words, bytes, length);
	for (size_t i = 0; !err && i < ARRAY_SIZE(lengths); i++)
		for (size_t at = 0; !err && at + lengths[i] <= length;
		     at += lengths[i] < 4 ? lengths[i] : 4)
			err = add_bytes(words, bytes + at, lengths[i]);
	return err;
}

static int add_map(struct fuzz_words *words, struct tested_map *map)
{
	const struct test_entries *now = &map->now;
	int err;

	if (!entries_can_read(map) || map->map->kind->refers != REFERS_NOTHING)
		return 0;
	err = entries_read(&map->now, map);
	for (size_t i = 0; !err && i < now->nr && i < ROWS_MAX; i++) {
		const char *row = now->rows + i * now->row_size;

		if (!map->map->kind->is_array)
			err = add_parts(words, row, now->key_size);
		err = err
			      ?: add_parts(words, row + now->key_size,
					   now->row_size - now->key_size);
	}
	return err;
}

int fuzz_words_add_maps(struct fuzz_words *words, struct test_maps *maps)
{
	int err = 0;

	for (size_t i = 0; !err && i < maps->nr; i++)
		err = add_map(words, &maps->at[i]);
	return err;
}
