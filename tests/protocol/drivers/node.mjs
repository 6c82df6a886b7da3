// Drives the official Node SDK: a question a line of JSON in, an answer a line of JSON out.
// Its modules are found from the folder that it is started in.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(`${process.cwd()}/`);
const { AlipaySdk, AlipayFormData } = require("alipay-sdk");

const clientOf = ({ config }) => new AlipaySdk({ ...config });

const formOf = (fields) => {
  const form = new AlipayFormData();
  for (const [name, value] of Object.entries(fields)) form.addField(name, value);
  form.addFile("fileContent", "note.txt", Buffer.from("a file, which is never signed"));
  return form;
};

const answers = {
  exec: (asked) => clientOf(asked).exec(asked.method, asked.params, asked.options),
  multipart: (asked) =>
    clientOf(asked).exec(asked.method, {}, { ...asked.options, formData: formOf(asked.fields) }),
  curl: (asked) => clientOf(asked).curl(asked.verb, asked.path, asked.options),
  curlMultipart: (asked) =>
    clientOf(asked).curl(asked.verb, asked.path, { form: formOf(asked.fields) }),
  page: (asked) => clientOf(asked).pageExec(asked.method, asked.verb, asked.params),
  sdk: (asked) => clientOf(asked).sdkExec(asked.method, asked.params),
  notification: (asked) => [
    clientOf(asked).checkNotifySign(asked.params),
    clientOf(asked).checkNotifySignV2(asked.params),
  ],
  rsaCheck: (asked) => clientOf(asked).rsaCheck(asked.content, asked.sign, asked.signType),
  decrypt: (asked) => clientOf(asked).aesDecrypt(asked.text),
  numbers: (asked) => {
    const { appCertSn, alipayCertSn, alipayRootCertSn } = clientOf(asked).config;
    return [appCertSn, alipayCertSn, alipayRootCertSn];
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  let answer;
  try {
    answer = { answer: (await answers[asked.do](asked)) ?? null };
  } catch (raised) {
    answer = {
      raised: raised.constructor.name,
      said: raised.message,
      code: raised.code,
      status: raised.responseHttpStatus,
    };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
