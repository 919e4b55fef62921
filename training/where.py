"""Where the recipe's large files lie: `data/` and `runs/` under ATTENTION_TRAINING, or beside this file."""
import os

HERE = os.path.dirname(os.path.abspath(__file__))
WORK = os.environ.get("ATTENTION_TRAINING", HERE)
DATA, RUNS = os.path.join(WORK, "data"), os.path.join(WORK, "runs")
MODELS = os.path.join(HERE, "..", "media", "models")
