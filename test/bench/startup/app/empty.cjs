// A program that does nothing.
process.exitCode = 0;
