import { queryOptions } from "@tanstack/react-query";
import { api, call } from "@/api/client";
import type { Person } from "@/api/types";

export type CodePurpose = "sign_up" | "sign_in" | "reset_password";

export const sendCode = (phone: string, purpose: CodePurpose) =>
  call(api.POST("/api/v1/people/sms-codes", { body: { phone, purpose } }));

export const signIn = (phone: string, password: string): Promise<Person> =>
  call(api.POST("/api/v1/people/sign-in", { body: { phone, password } }));

export const signInByCode = (phone: string, code: string): Promise<Person> =>
  call(api.POST("/api/v1/people/sign-in-by-code", { body: { phone, code } }));

export const signUp = (phone: string, code: string, password: string): Promise<Person> =>
  call(api.POST("/api/v1/people/sign-up", { body: { phone, code, password } }));

export const signOut = () => call(api.POST("/api/v1/people/sign-out"));

export const setPayPassword = (pay_password: string, password: string): Promise<Person> =>
  call(api.PUT("/api/v1/people/me/pay-password", { body: { pay_password, password } }));

export const setRealName = (name: string, identity_number: string): Promise<Person> =>
  call(api.PUT("/api/v1/people/me/real-name", { body: { name, identity_number } }));

export const resetPassword = (phone: string, code: string, password: string): Promise<Person> =>
  call(api.POST("/api/v1/people/reset-password", { body: { phone, code, password } }));

export const devicesQuery = queryOptions({
  queryKey: ["devices"],
  queryFn: () => call(api.GET("/api/v1/people/me/devices")),
});

export const signOutDevice = (device_id: string) =>
  call(api.DELETE("/api/v1/people/me/devices/{device_id}", { params: { path: { device_id } } }));

export const signOutOthers = () => call(api.POST("/api/v1/people/me/devices/sign-out-others"));
