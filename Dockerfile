# The demo, on a processor: docker build -t mmadvent . && docker run --rm -v "$PWD/out:/mmadvent/work_dirs" mmadvent
FROM python:3.12-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends git libgl1 libglib2.0-0 make \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /mmadvent
COPY . .
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
RUN make env TORCH_INDEX="$TORCH_INDEX"
CMD ["make", "demo"]
