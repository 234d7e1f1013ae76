/* SPDX-License-Identifier: GPL-2.0-only */
/* functions.h - code made of functions of which only frames and calls matter */
#ifndef FUNCTIONS_H
#define FUNCTIONS_H

#include "../../lib/prog/code.h"

static inline struct bpf_insn op(uint8_t code, uint8_t dst, uint8_t src,
				 int16_t off, int32_t imm)
{
	return (struct bpf_insn){ .code = code,
				  .dst_reg = dst,
				  .src_reg = src,
				  .off = off,
				  .imm = imm };
}

#define ALU(what, dst, imm)  op(BPF_ALU64 | (what) | BPF_K, dst, 0, 0, imm)
#define MOV(dst, imm)	     ALU(BPF_MOV, dst, imm)
#define LOAD(dst, src, off)  op(BPF_LDX | BPF_MEM | BPF_DW, dst, src, off, 0)
#define STORE(dst, off, src) op(BPF_STX | BPF_MEM | BPF_DW, dst, src, off, 0)
#define FROM_R10(dst)	     op(BPF_ALU64 | BPF_MOV | BPF_X, dst, 10, 0, 0)
#define WIDE(dst, src, imm)  op(BPF_LD | BPF_IMM | BPF_DW, dst, src, 0, imm)
#define CALL(imm)	     op(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, imm)
#define TAIL_CALL	     op(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_tail_call)
#define EXIT		     op(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)
#define NOTHING		     op(0, 0, 0, 0, 0)

/* ---- code by what its functions do ---- */

#define MAX_CALLS     3
#define MAX_FUNCTIONS 10

/* The first one is the main function, that nobody calls: a call of it is none.
 * A negative number is a callback. */
struct function {
	int depth;
	bool tail_calls;
	int calls[MAX_CALLS];
};

struct made {
	struct code code;
	struct bpf_insn insns[MAX_FUNCTIONS * (4 + 2 * MAX_CALLS)];
};

static inline void add(struct code *code, struct bpf_insn insn)
{
	code->insns[code->nr_insns++] = insn;
}

/* For now with the function's number in place of the distance to it. */
static inline void add_function(struct code *code,
				const struct function *function)
{
	if (function->depth)
		add(code, STORE(10, -function->depth, 1));
	if (function->tail_calls)
		add(code, TAIL_CALL);
	for (size_t i = 0; i < MAX_CALLS && function->calls[i]; i++) {
		if (function->calls[i] > 0) {
			add(code, CALL(function->calls[i]));
		} else {
			add(code,
			    WIDE(2, BPF_PSEUDO_FUNC, -function->calls[i]));
			add(code, NOTHING);
		}
	}
	add(code, MOV(0, XDP_PASS));
	add(code, EXIT);
}

static inline const struct code *
make(struct made *made, const struct function *functions, size_t nr)
{
	struct code *code = &made->code;
	size_t starts[MAX_FUNCTIONS];

	*code = (struct code){ .insns = made->insns };
	for (size_t i = 0; i < nr; i++) {
		starts[i] = code->nr_insns;
		add_function(code, &functions[i]);
	}
	for (size_t i = code_next_reference(code, 0); i < code->nr_insns;
	     i = code_next_reference(code, i + 1))
		code->insns[i].imm = starts[code->insns[i].imm] - (i + 1);
	return code;
}

#define MAKE(made, ...)                                                        \
	make(made, (struct function[]){ __VA_ARGS__ },                         \
	     sizeof((struct function[]){ __VA_ARGS__ }) /                      \
		     sizeof(struct function))

#endif
