"""The notebook as a lesson: its chapters, its code run here and now, its traps, and exercises that check themselves."""
