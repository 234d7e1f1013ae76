// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_fuse - random stages, fused, against the same run one by one
 *
 * The input is read as stages that the verifier always takes: arithmetic on
 * r7, other registers, stack slots, branches, early exits, calls.  The kernel
 * runs each alone and the fused program, as root; their verdicts must agree, and
 * the stages that count must have counted the packet, once.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "../../lib/fuse/fuse.h"
#include "../../lib/internal.h"
#include "../../lib/prog/code-load.h"
#include "../../lib/prog/code.h"

#define MAX_STAGES 6
#define MAX_STEPS  12
#define MAX_INSNS  (MAX_STEPS * 4 + 16)
#define ROWS	   256
#define ROW_SIZE   256 /* three stages: there are two maps */
#define PACKET	   64

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

static void add(struct code *code, struct bpf_insn insn)
{
	code->insns[code->nr_insns++] = insn;
}

#define INSN(...) ((struct bpf_insn){ __VA_ARGS__ })
#define ALU(op, dst, value)                                                    \
	INSN(.code = BPF_ALU64 | (op) | BPF_K, .dst_reg = (dst), .imm = (value))
#define MOV(dst, src)                                                          \
	INSN(.code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = (dst),            \
	     .src_reg = (src))
#define EXIT INSN(.code = BPF_JMP | BPF_EXIT)

/* One step; `calls` gets the place of a call that is still to be aimed. */
static void add_step(struct code *code, struct input *input, int *call)
{
	uint8_t kind = next(input), value = next(input);
	int16_t slot = -8 * (1 + value % 64);

	switch (kind % 7) {
	case 0:
		add(code, ALU(kind & 8 ? BPF_XOR : BPF_ADD, 7, value));
		break;
	case 1: /* through the stack */
		add(code, INSN(.code = BPF_STX | BPF_MEM | BPF_DW,
			       .dst_reg = 10, .src_reg = 7, .off = slot));
		add(code, ALU(BPF_MOV, 7, 0));
		add(code, INSN(.code = BPF_LDX | BPF_MEM | BPF_DW, .dst_reg = 7,
			       .src_reg = 10, .off = slot));
		break;
	case 2: /* over the next */
		add(code, INSN(.code = BPF_JMP32 | BPF_JGT | BPF_K,
			       .dst_reg = 7, .off = 1, .imm = value));
		add(code, ALU(BPF_ADD, 7, 3));
		break;
	case 3: /* out */
		add(code, INSN(.code = BPF_JMP | BPF_JSET | BPF_K, .dst_reg = 7,
			       .off = 1, .imm = 1 << value % 8));
		add(code, INSN(.code = BPF_JMP | BPF_JA, .off = 2));
		add(code, ALU(BPF_MOV, 0, value % 7));
		add(code, EXIT);
		break;
	case 4: /* an instruction of two */
		add(code, INSN(.code = BPF_LD | BPF_IMM | BPF_DW, .dst_reg = 1,
			       .imm = value));
		add(code, INSN(.imm = value % 3));
		add(code, INSN(.code = BPF_ALU64 | BPF_ADD | BPF_X,
			       .dst_reg = 7, .src_reg = 1));
		break;
	case 5: /* a subprogram, which a stage has at most one call of */
		if (*call >= 0)
			break;
		add(code, MOV(1, 7));
		*call = code->nr_insns;
		add(code, INSN(.code = BPF_JMP | BPF_CALL,
			       .src_reg = BPF_PSEUDO_CALL));
		add(code, MOV(7, 0));
		break;
	case 6: /* a register that the chain could have kept something in */
		add(code, ALU(BPF_MOV, 6 + value % 4, value));
		break;
	}
}

static void make_stage(struct code *code, struct input *input)
{
	int call = -1, steps = next(input) % MAX_STEPS;

	add(code, INSN(.code = BPF_LDX | BPF_MEM | BPF_W, .dst_reg = 7,
		       .src_reg = 1, .off = offsetof(struct xdp_md, data)));
	add(code, ALU(BPF_MOV, 7, next(input)));
	while (steps--)
		add_step(code, input, &call);
	add(code, MOV(0, 7));
	add(code, ALU(BPF_AND, 0, 7));
	add(code, EXIT);
	if (call < 0)
		return;
	code->insns[call].imm = code->nr_insns - (call + 1);
	add(code, MOV(0, 1));
	add(code, ALU(BPF_XOR, 0, 5));
	add(code, EXIT);
}

static int load(const struct code *code)
{
	const struct code_load_opts opts = { .name = "fuzz",
					     .licence = "GPL",
					     .attach_type = BPF_XDP };
	char *log;
	int fd = code_load(code, &opts, &log);

	if (fd < 0) {
		fprintf(stderr, "%s\n", log ? log : strerror(-fd));
		abort();
	}
	return fd;
}

static uint32_t verdict_of(int fd)
{
	static const unsigned char packet[PACKET];
	struct xdplab_run_result result;

	if (xdplab_run(fd, packet, sizeof(packet), NULL, 0, &result, NULL)) {
		fprintf(stderr, "%s\n", xdplab_error());
		abort();
	}
	close(fd);
	return result.verdict;
}

/* A stage by itself, as which it may also be tail-called. */
static uint32_t verdict_alone(const struct code *code, int slots_fd,
			      uint32_t slot)
{
	int fd = load(code);

	if (bpf_map_update_elem(slots_fd, &slot, &fd, 0))
		abort();
	return verdict_of(fd);
}

/* ---- what is counted ---- */

static void make_counts(int fds[2])
{
	for (size_t i = 0; i < 2; i++) {
		fds[i] = bpf_map_create(BPF_MAP_TYPE_ARRAY, "counts", 4,
					ROWS * ROW_SIZE, 1, NULL);
		if (fds[i] < 0)
			abort();
	}
}

/* Of all CPUs and verdicts. */
static struct fuse_count sum_of(const int fds[2], uint32_t counter)
{
	static struct fuse_count value[ROWS]
				      [ROW_SIZE / sizeof(struct fuse_count)];
	const uint32_t per_map = ROW_SIZE / FUSE_COUNTER_SIZE, first = 0;
	struct fuse_count sum = { 0 };

	if (bpf_map_lookup_elem(fds[counter / per_map], &first, value))
		abort();
	for (size_t row = 0; row < ROWS; row++) {
		for (uint32_t i = 0; i < FUSE_VERDICTS; i++) {
			const struct fuse_count *count =
				&value[row]
				      [counter % per_map * FUSE_VERDICTS + i];

			sum.packets += count->packets;
			sum.bytes += count->bytes;
		}
	}
	return sum;
}

static void check_counts(const int fds[2], const struct fuse_stage *stages,
			 size_t nr, size_t nr_seen)
{
	for (size_t i = 0; i < nr; i++) {
		struct fuse_count count;

		if (stages[i].counter == FUSE_UNCOUNTED)
			continue;
		count = sum_of(fds, stages[i].counter);
		if (count.packets != (i < nr_seen) ||
		    count.bytes != count.packets * PACKET)
			abort();
	}
}

/* `nr_seen`: how many of the stages the packet gets to. */
static uint32_t verdict_fused(struct fuse_stage *stages, size_t nr,
			      size_t nr_seen, int slots_fd)
{
	int fds[2];
	const struct fuse_opts opts = { .counts = { .map_fds = fds,
						    .rows = ROWS,
						    .row_size = ROW_SIZE },
					.slots_fd = slots_fd };
	struct code fused;
	uint32_t verdict;

	make_counts(fds);
	if (fuse_plan(stages, nr) || fuse(&fused, stages, nr, &opts))
		abort();
	verdict = verdict_of(load(&fused));
	check_counts(fds, stages, nr, nr_seen);
	btf__free(fused.btf);
	code_free(&fused);
	close(fds[0]);
	close(fds[1]);
	return verdict;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct input input = { bytes, size };
	struct bpf_insn insns[MAX_STAGES][MAX_INSNS];
	struct fuse_stage stages[MAX_STAGES] = { 0 };
	struct code codes[MAX_STAGES] = { 0 };
	size_t nr = 1 + next(&input) % MAX_STAGES;
	int slots_fd = bpf_map_create(BPF_MAP_TYPE_PROG_ARRAY, "slots", 4, 4,
				      MAX_STAGES, NULL);
	uint32_t wanted = 0;
	size_t nr_seen = 0;
	bool out = false;

	for (size_t i = 0; i < nr; i++) {
		codes[i].insns = insns[i];
		stages[i] = (struct fuse_stage){
			.code = &codes[i],
			.name = "stage",
			.actions = next(&input) % 32,
			.counter = next(&input) % 2 ? i : FUSE_UNCOUNTED,
			.slot = i
		};
		make_stage(&codes[i], &input);
		if (out)
			continue;
		nr_seen++;
		wanted = verdict_alone(&codes[i], slots_fd, i);
		out = wanted >= FUSE_VERDICTS ||
		      !(stages[i].actions & 1u << wanted);
	}
	if (verdict_fused(stages, nr, nr_seen, slots_fd) != wanted)
		abort();
	close(slots_fd);
	return 0;
}
