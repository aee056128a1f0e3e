"""What is shown: the film package, mastering, subtitles, commentator notes."""
