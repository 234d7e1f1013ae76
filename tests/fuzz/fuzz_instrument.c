// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_instrument - random programs, with counters and without
 *
 * The input is read as a program that the verifier always takes, and that needs
 * all its registers: arithmetic, stack slots, jumps forwards to anywhere, loops,
 * early exits, calls.  The kernel runs it as it is and with counters, as root:
 * the verdicts must agree, and each block be reached as often as its ways say.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "../../lib/cov/instrument.h"
#include "../../lib/internal.h"
#include "../../lib/prog/code-load.h"
#include "../../lib/prog/code.h"

#define MAX_STEPS 24
#define MAX_INSNS (MAX_STEPS * 8 + 64)

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

struct input {
	const uint8_t *bytes;
	size_t left;
};

static uint8_t next(struct input *input)
{
	if (!input->left)
		return 0;
	input->left--;
	return *input->bytes++;
}

/* ---- a program ---- */

struct making {
	struct code code;
	struct bpf_insn insns[MAX_INSNS];
	size_t steps[MAX_STEPS + 1]; /* where each begins */
	size_t nr_steps;
	struct {
		size_t insn, step; /* a jump, and where it is to go */
	} jumps[MAX_STEPS];
	size_t nr_jumps;
	int call; /* -1: none */
};

static void add(struct making *m, struct bpf_insn insn)
{
	m->insns[m->code.nr_insns++] = insn;
}

#define INSN(...) ((struct bpf_insn){ __VA_ARGS__ })
#define ALU(op, dst, value)                                                    \
	INSN(.code = BPF_ALU64 | (op) | BPF_K, .dst_reg = (dst), .imm = (value))
#define ALU_REG(op, dst, src)                                                  \
	INSN(.code = BPF_ALU64 | (op) | BPF_X, .dst_reg = (dst),               \
	     .src_reg = (src))
#define EXIT INSN(.code = BPF_JMP | BPF_EXIT)

/* Sets registers to what the verifier does not know: r9, which comes from the
 * packet's context, and a constant. */
static void set_registers(struct making *m, uint8_t first, uint8_t end,
			  uint8_t value)
{
	for (uint8_t reg = first; reg < end; reg++) {
		add(m, ALU_REG(BPF_MOV, reg, 9));
		add(m, ALU(BPF_ADD, reg, value * reg));
	}
}

/* Over some of the steps that follow, or all. */
static void add_jump(struct making *m, uint8_t reg, uint8_t value,
		     uint8_t distance)
{
	m->jumps[m->nr_jumps].insn = m->code.nr_insns;
	m->jumps[m->nr_jumps++].step = m->nr_steps + 1 + distance % 4;
	add(m, INSN(.code = BPF_JMP | (value & 1 ? BPF_JGT : BPF_JSET) | BPF_K,
		    .dst_reg = reg, .imm = value >> 1));
}

static void add_loop(struct making *m, uint8_t reg, uint8_t rounds)
{
	add(m, ALU(BPF_MOV, 8, 1 + rounds % 4));
	add(m, ALU_REG(BPF_ADD, reg % 8, 8));
	add(m, ALU(BPF_SUB, 8, 1));
	add(m,
	    INSN(.code = BPF_JMP | BPF_JNE | BPF_K, .dst_reg = 8, .off = -3));
}

static void add_stack(struct making *m, uint8_t reg, uint8_t value)
{
	int16_t slot = -8 * (1 + value % 64);

	add(m, INSN(.code = BPF_STX | BPF_MEM | BPF_DW, .dst_reg = 10,
		    .src_reg = reg, .off = slot));
	add(m, INSN(.code = BPF_LDX | BPF_MEM | BPF_DW,
		    .dst_reg = (reg + 1) % 9, .src_reg = 10, .off = slot));
}

static void add_call(struct making *m, uint8_t value)
{
	if (m->call >= 0)
		return;
	m->call = m->code.nr_insns;
	add(m, INSN(.code = BPF_JMP | BPF_CALL, .src_reg = BPF_PSEUDO_CALL));
	set_registers(m, 1, 6, value);
}

static void add_exit(struct making *m, uint8_t reg, uint8_t value)
{
	add(m, INSN(.code = BPF_JMP | BPF_JGE | BPF_K, .dst_reg = reg, .off = 2,
		    .imm = value));
	add(m, ALU_REG(BPF_MOV, 0, reg));
	add(m, EXIT);
}

static void add_step(struct making *m, struct input *input)
{
	uint8_t kind = next(input), reg = next(input) % 9, value = next(input);

	switch (kind % 7) {
	case 0:
		add(m, ALU(kind & 8 ? BPF_XOR : BPF_ADD, reg, value));
		break;
	case 1:
		add(m, ALU_REG(kind & 8 ? BPF_XOR : BPF_ADD, reg, value % 10));
		break;
	case 2:
		add_jump(m, reg, value, kind / 7);
		break;
	case 3:
		add_loop(m, reg, value);
		break;
	case 4:
		add_stack(m, reg, kind & 8 ? value : 0);
		break;
	case 5:
		add_call(m, value);
		break;
	case 6:
		add_exit(m, reg, value);
		break;
	}
}

static void make_program(struct making *m, struct input *input)
{
	size_t nr = next(input) % MAX_STEPS;

	m->call = -1;
	m->code.insns = m->insns;
	add(m,
	    INSN(.code = BPF_LDX | BPF_MEM | BPF_W, .dst_reg = 9, .src_reg = 1,
		 .off = offsetof(struct xdp_md, rx_queue_index)));
	set_registers(m, 0, 9, next(input));
	for (; m->nr_steps < nr; m->nr_steps++) {
		m->steps[m->nr_steps] = m->code.nr_insns;
		add_step(m, input);
	}
	m->steps[nr] = m->code.nr_insns;
	for (uint8_t reg = 1; reg < 10; reg++)
		add(m, ALU_REG(BPF_XOR, 0, reg));
	add(m, EXIT);
	for (size_t i = 0; i < m->nr_jumps; i++) {
		size_t step = m->jumps[i].step < nr ? m->jumps[i].step : nr;

		m->insns[m->jumps[i].insn].off =
			m->steps[step] - (m->jumps[i].insn + 1);
	}
	if (m->call < 0)
		return;
	m->insns[m->call].imm = m->code.nr_insns - (m->call + 1);
	add(m, ALU_REG(BPF_MOV, 0, 1));
	add(m, INSN(.code = BPF_JMP | BPF_JSET | BPF_K, .dst_reg = 2, .off = 1,
		    .imm = 3));
	add(m, ALU_REG(BPF_XOR, 0, 5));
	add(m, EXIT);
}

/* ---- with counters and without ---- */

static uint32_t verdict_of(const struct code *code)
{
	static const unsigned char packet[64];
	const struct code_load_opts opts = { .name = "fuzz",
					     .licence = "GPL",
					     .attach_type = BPF_XDP };
	struct xdplab_run_result result;
	char *log;
	int fd = code_load(code, &opts, &log);

	if (fd < 0) {
		fprintf(stderr, "%s\n", log ? log : strerror(-fd));
		abort();
	}
	if (xdplab_run(fd, packet, sizeof(packet), NULL, 0, &result, NULL))
		abort();
	close(fd);
	return result.verdict;
}

static bool counts_all(const struct counting *counting)
{
	const struct blocks *blocks = counting_blocks(counting);

	for (size_t i = 0; i < blocks->nr_counters; i++)
		if (!counting_has(counting, i))
			return false;
	return true;
}

/* Whatever comes into a block comes from another, but for the beginning of the
 * main function and of the one that is called from one place. */
static void check_ways(struct counting *counting, const struct making *m)
{
	const struct blocks *blocks = counting_blocks(counting);
	const uint64_t *counters = counting_sums(counting);
	uint64_t *into = calloc(blocks->nr, sizeof(*into));

	into[0] = 1;
	if (m->call >= 0)
		into[blocks_find(blocks, code_target(&m->code, m->call)) -
		     blocks->at] =
			counters[blocks_find(blocks, m->call)->counter];
	for (size_t i = 0; i < blocks->nr; i++) {
		const struct block *block = &blocks->at[i];

		if (block->next != BLOCK_NONE)
			into[block->next] += block_went_on(block, counters);
		if (block->target != BLOCK_NONE)
			into[block->target] += block_jumped(block, counters);
	}
	for (size_t i = 0; i < blocks->nr; i++)
		if (into[i] != counters[blocks->at[i].counter])
			abort();
	free(into);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct input input = { bytes, size };
	struct making m = { .nr_steps = 0 };
	struct counting *counting;

	make_program(&m, &input);
	if (counting_begin(&counting, &m.code, "fuzz", -1))
		abort();
	if (verdict_of(&m.code) != verdict_of(counting_code(counting)))
		abort();
	/* Without lines there is none, but the way back is gone. */
	if (counting_decided(counting))
		abort();
	if (counts_all(counting))
		check_ways(counting, &m);
	counting_end(counting);
	return 0;
}
