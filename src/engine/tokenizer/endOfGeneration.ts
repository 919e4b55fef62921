/** Which tokens end a generation by their spelling, whatever a file names: as llama.cpp (llama-vocab.cpp, special_eog_ids). */
export const END_OF_GENERATION: readonly string[] = [
  ...['<|eot_id|>', '<|im_end|>', '<|end|>', '<|return|>', '<|call|>', '<|flush|>', '<|calls|>', '<end_of_turn>'],
  ...['<|endoftext|>', '</s>', '<|eom_id|>', '<EOT>', '_<EOT>', '[EOT]', '[EOS]', '<|end_of_text|>'],
  ...['<end_of_utterance>', '<eos>', '<turn|>', '<|tool_response>', '<｜end▁of▁sentence｜>', '[e~['],
];
